import { describe, expect, test } from 'vitest';
import { type MetricName, metricTable } from '../../src/domain/metrics.ts';
import { createPromMetrics, type PromMetrics } from '../../src/drivers/system/prom-metrics.ts';
import { describeMetrics } from './metrics.contract.ts';

/** The value of one line of the text that Prometheus reads. */
const lineValue = async (
  metrics: PromMetrics,
  name: MetricName,
  labels: Readonly<Record<string, string>>,
): Promise<number> => {
  const series = metricTable[name].kind === 'histogram' ? `${name}_count` : name;
  const inside = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const start = inside.length === 0 ? `${series} ` : `${series}{${inside.join(',')}} `;
  const line = (await metrics.render()).split('\n').find((one) => one.startsWith(start));
  return Number(line?.slice(start.length) ?? 0);
};

describe('metrics for Prometheus', () => {
  describeMetrics(() => {
    const metrics = createPromMetrics();
    return { metrics, read: (name, labels) => lineValue(metrics, name, labels) };
  });

  test('names every metric of the table with its help and type, used or not, and those of the process', async () => {
    const text = await createPromMetrics().render();
    for (const [name, { kind, help }] of Object.entries(metricTable))
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`);
    expect(text).toContain('process_resident_memory_bytes ');
  });

  test('sorts durations into the buckets of the table', async () => {
    const metrics = createPromMetrics();
    metrics.observe('footnote_slack_ack_seconds', 0.3, { labels: { transport: 'http' } });
    const text = await metrics.render();
    expect(text).toContain('footnote_slack_ack_seconds_bucket{le="0.25",transport="http"} 0\n');
    expect(text).toContain('footnote_slack_ack_seconds_bucket{le="0.5",transport="http"} 1\n');
  });
});
