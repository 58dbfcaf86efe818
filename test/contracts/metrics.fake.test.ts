import { describe, expect, test } from 'vitest';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { describeMetrics } from './metrics.contract.ts';

describe('the recording metrics', () => {
  describeMetrics(() => {
    const metrics = createRecordingMetrics();
    return { metrics, read: async (name, labels) => metrics.total(name, labels) };
  });

  test('refuses a wrong kind, wrong labels and what is no number', () => {
    const metrics = createRecordingMetrics();
    const labels = { cause: 'closed' };
    expect(() => metrics.count('footnote_answer_seconds' as never, { labels } as never)).toThrow();
    expect(() =>
      metrics.count('footnote_slack_socket_ends_total', { labels: {} as never }),
    ).toThrow();
    expect(() =>
      metrics.count('footnote_slack_socket_ends_total', { labels, by: Number.NaN }),
    ).toThrow();
  });
});
