/** A log and metrics for commands that end at once and tell what fails themselves. */
import type { Log } from '../src/ports/log.ts';
import type { Metrics } from '../src/ports/metrics.ts';

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };
export const noMetrics: Metrics = { count: () => {}, set: () => {}, observe: () => {} };
