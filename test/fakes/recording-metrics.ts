/** Metrics that a test reads: sums by name and labels, and what is no metric of the table is a fault. */
import { type MetricName, metricTable } from '../../src/domain/metrics.ts';
import type { Metrics } from '../../src/ports/metrics.ts';

export interface RecordingMetrics extends Metrics {
  /** A counter's sum, a gauge's last value, or how many durations a histogram holds; over all series that have these labels. */
  total(name: MetricName, labels?: Readonly<Record<string, string>>): number;
  /** What was put into a histogram, in order. */
  seconds(name: MetricName): readonly number[];
}

interface Entry {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export const createRecordingMetrics = (): RecordingMetrics => {
  const entries: Entry[] = [];
  const keep = (kind: string, { name, labels, value }: Entry): void => {
    const row = metricTable[name];
    if (row.kind !== kind) throw new Error(`${name} is a ${row.kind}`);
    if (Object.keys(labels).toSorted().join() !== [...row.labels].toSorted().join())
      throw new Error(`${name} has the labels ${row.labels.join()}`);
    if (!Number.isFinite(value) || (kind !== 'gauge' && value < 0))
      throw new Error(`${name} can't take ${value}`);
    entries.push({ name, labels, value });
  };
  const found = (name: MetricName, labels: Readonly<Record<string, string>> = {}) =>
    entries.filter(
      (entry) =>
        entry.name === name &&
        Object.entries(labels).every(([label, value]) => entry.labels[label] === value),
    );
  return {
    count: (name, { labels, by = 1 }) => keep('counter', { name, labels, value: by }),
    set: (name, value) => keep('gauge', { name, labels: {}, value }),
    observe: (name, value, { labels }) => keep('histogram', { name, labels, value }),
    total(name, labels) {
      const all = found(name, labels);
      if (metricTable[name].kind === 'gauge') return all.at(-1)?.value ?? 0;
      if (metricTable[name].kind === 'histogram') return all.length;
      return all.reduce((sum, { value }) => sum + value, 0);
    },
    seconds: (name) => found(name).map(({ value }) => value),
  };
};
