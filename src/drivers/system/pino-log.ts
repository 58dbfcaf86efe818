/** Writes the log as JSON lines: `level`, `time`, `event`, then the details. */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import type { Log } from '../../ports/log.ts';

export interface PinoLogOptions {
  /** Lines below it are not written. */
  readonly level: 'info' | 'warn' | 'error' | 'silent';
  /** A stream of the process, written at once so that no line is lost when it ends, or anything that takes lines. */
  readonly to: 'stdout' | 'stderr' | DestinationStream;
}

export const createPinoLog = ({ level, to }: PinoLogOptions): Log => {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    typeof to === 'string' ? destination({ dest: to === 'stdout' ? 1 : 2, sync: true }) : to,
  );
  return {
    info: (event, details = {}) => logger.info(details, event),
    warn: (event, details = {}) => logger.warn(details, event),
    error: (event, details = {}) => logger.error(details, event),
  };
};
