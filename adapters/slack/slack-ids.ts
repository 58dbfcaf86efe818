/** The forms of Slack's own names, so that nothing else is stored as a key or comes into a log line. */
import * as z from 'zod';

/** Of a workspace, a channel, a person, a file: `T0123`, `C0123`, `U0123`, `F0123`. */
export const slackId = z.string().regex(/^[A-Z][A-Z0-9]{1,31}$/);

/** Of a message: seconds and microseconds, `1767603600.000100`. */
export const slackTs = z.string().regex(/^\d{1,11}\.\d{1,6}$/);
