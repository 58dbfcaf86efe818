/** Every metric that operators can read: its kind, labels and meaning. The table in `docs/operations.md` is printed from this one. */

interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Each takes values out of a list in the code: ids, and what anybody wrote, never are labels. */
  readonly labels: readonly string[];
  /** Of a histogram: the upper bounds of its buckets, in seconds. */
  readonly buckets?: readonly number[];
}

/** Slack waits 3 s for an acknowledgement. */
const ackBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10];
/** People wait for an answer. */
const answerBuckets = [0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 600];

/** In alphabetical order. Names as Prometheus has them: counters end in `_total`, durations in `_seconds`. */
export const metricTable = {
  footnote_answer_seconds: {
    kind: 'histogram',
    help: "From the question, by the platform's time, until its whole answer stood there.",
    labels: ['platform'],
    buckets: answerBuckets,
  },
  footnote_first_text_seconds: {
    kind: 'histogram',
    help: "From the question, by the platform's time, until the first words of an answer stood there; once an attempt.",
    labels: ['platform'],
    buckets: answerBuckets,
  },
  footnote_platform_calls_total: {
    kind: 'counter',
    help: "Calls of a platform's API, by their outcome: ok, or an error code (platform_rate_limited is a 429).",
    labels: ['platform', 'method', 'outcome'],
  },
  footnote_slack_ack_seconds: {
    kind: 'histogram',
    help: "From an event's arrival until it was dealt with and acknowledged; Slack waits 3 s.",
    labels: ['transport'],
    buckets: ackBuckets,
  },
  footnote_slack_events_total: {
    kind: 'counter',
    help: 'Events, commands and interactions that came from Slack, by their outcome: ok, or failed, when they were not acknowledged.',
    labels: ['transport', 'type', 'outcome'],
  },
  footnote_slack_socket_connections: {
    kind: 'gauge',
    help: 'Socket Mode connections that said hello and are alive.',
    labels: [],
  },
  footnote_slack_socket_ends_total: {
    kind: 'counter',
    help: 'Socket Mode connections that ended or could not be opened, by their cause.',
    labels: ['cause'],
  },
  footnote_turns_ended_total: {
    kind: 'counter',
    help: 'Questions that were finished: done, failed or cancelled; code says why, and is empty for done.',
    labels: ['platform', 'state', 'code'],
  },
} as const satisfies Record<string, MetricRow>;

export type MetricName = keyof typeof metricTable;

type NameOf<Kind extends MetricRow['kind']> = {
  [Name in MetricName]: (typeof metricTable)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

/** A value for every label of the metric. */
export type MetricLabels<Name extends MetricName> = Readonly<
  Record<(typeof metricTable)[Name]['labels'][number], string>
>;
