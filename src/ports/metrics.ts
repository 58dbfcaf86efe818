/** What is counted and measured for operators. Names and labels are fixed in the code; values are numbers, never anybody's text. */

export type MetricLabels = Readonly<Record<string, string>>;

/** Costs no call and never fails. */
export interface Metrics {
  /** Adds 1, or `by`, to a counter. */
  count(name: string, options?: { readonly labels?: MetricLabels; readonly by?: number }): void;
  /** Sets a gauge. */
  set(name: string, value: number, options?: { readonly labels?: MetricLabels }): void;
  /** Puts a duration in seconds into a histogram. */
  observe(name: string, seconds: number, options?: { readonly labels?: MetricLabels }): void;
}
