/** What is counted and measured for operators. Names and labels are fixed in the code; values are numbers, never anybody's text. */
import type { CounterName, GaugeName, HistogramName, MetricLabels } from '../domain/metrics.ts';

/** Costs no call and never fails. */
export interface Metrics {
  /** Adds 1, or `by`, to a counter. */
  count<Name extends CounterName>(
    name: Name,
    options: { readonly labels: MetricLabels<Name>; readonly by?: number },
  ): void;
  /** Sets a gauge. */
  set(name: GaugeName, value: number): void;
  /** Puts a duration in seconds into a histogram. */
  observe<Name extends HistogramName>(
    name: Name,
    seconds: number,
    options: { readonly labels: MetricLabels<Name> },
  ): void;
}
