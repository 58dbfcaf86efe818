/** What every keeper of metrics does. */
import { expect, test } from 'vitest';
import type { MetricName } from '../../src/domain/metrics.ts';
import type { Metrics } from '../../src/ports/metrics.ts';

export interface MetricsHarness {
  readonly metrics: Metrics;
  /** A counter's sum, a gauge's value, or how many durations a histogram holds, for exactly these labels; 0 for what never was. */
  read(name: MetricName, labels: Readonly<Record<string, string>>): Promise<number>;
}

export const describeMetrics = (create: () => MetricsHarness): void => {
  test('counts by one, or by what it is told, for each set of labels', async () => {
    const { metrics, read } = create();
    const closed = { cause: 'closed' };
    metrics.count('footnote_slack_socket_ends_total', { labels: closed });
    metrics.count('footnote_slack_socket_ends_total', { labels: closed, by: 4 });
    metrics.count('footnote_slack_socket_ends_total', { labels: { cause: 'stalled' } });
    expect(await read('footnote_slack_socket_ends_total', closed)).toBe(5);
    expect(await read('footnote_slack_socket_ends_total', { cause: 'stalled' })).toBe(1);
    expect(await read('footnote_slack_socket_ends_total', { cause: 'warning' })).toBe(0);
  });

  test('keeps the last value of a gauge, and begins at 0', async () => {
    const { metrics, read } = create();
    expect(await read('footnote_slack_socket_connections', {})).toBe(0);
    metrics.set('footnote_slack_socket_connections', 2);
    metrics.set('footnote_slack_socket_connections', 1);
    expect(await read('footnote_slack_socket_connections', {})).toBe(1);
  });

  test('takes durations for each set of labels', async () => {
    const { metrics, read } = create();
    for (const seconds of [0, 0.2, 700])
      metrics.observe('footnote_answer_seconds', seconds, { labels: { platform: 'slack' } });
    metrics.observe('footnote_answer_seconds', 1, { labels: { platform: 'console' } });
    expect(await read('footnote_answer_seconds', { platform: 'slack' })).toBe(3);
    expect(await read('footnote_answer_seconds', { platform: 'console' })).toBe(1);
  });

  test('shares nothing with another one', async () => {
    const one = create();
    const other = create();
    one.metrics.set('footnote_slack_socket_connections', 2);
    expect(await other.read('footnote_slack_socket_connections', {})).toBe(0);
  });
};
