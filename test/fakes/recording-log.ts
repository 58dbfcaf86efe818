/** A log that keeps its lines, so that a test reads what an operator would have read. */
import type { SafeDetails } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: string;
  readonly details: SafeDetails;
}

export interface RecordingLog extends Log {
  /** In order of the calls; grows. */
  readonly lines: readonly LogLine[];
}

export const createRecordingLog = (): RecordingLog => {
  const lines: LogLine[] = [];
  const keep =
    (level: LogLine['level']) =>
    (event: string, details: SafeDetails = {}) => {
      lines.push({ level, event, details });
    };
  return { lines, info: keep('info'), warn: keep('warn'), error: keep('error') };
};
