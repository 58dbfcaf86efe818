/** Keeps the metrics in this process and prints them as Prometheus reads them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type MetricName, metricTable } from '../../domain/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface PromMetrics extends Metrics {
  readonly contentType: string;
  /** All metrics of the table, and Node's own (`process_*`, `nodejs_*`). */
  render(): Promise<string>;
}

/** In a registry of its own: several in one process don't share their numbers. */
export const createPromMetrics = (): PromMetrics => {
  const registry = new Registry();
  const registers = [registry];
  const counters = new Map<MetricName, Counter>();
  const gauges = new Map<MetricName, Gauge>();
  const histograms = new Map<MetricName, Histogram>();
  for (const name of Object.keys(metricTable) as MetricName[]) {
    const { kind, help, labels } = metricTable[name];
    const shared = { name, help, labelNames: labels, registers };
    if (kind === 'counter') counters.set(name, new Counter(shared));
    else if (kind === 'gauge') gauges.set(name, new Gauge(shared));
    else {
      const { buckets } = metricTable[name];
      histograms.set(name, new Histogram({ ...shared, buckets: [...buckets] }));
    }
  }
  collectDefaultMetrics({ register: registry });
  return {
    count: (name, { labels, by = 1 }) => counters.get(name)?.inc({ ...labels }, by),
    set: (name, value) => gauges.get(name)?.set(value),
    observe: (name, seconds, { labels }) => histograms.get(name)?.observe({ ...labels }, seconds),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
};
