/** Tells whether a request was signed by Slack just now. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { BotError } from '../../src/domain/errors.ts';

/** A request older than this, or from further in the future, may be a replay. */
const maxSkewMs = 5 * 60_000;

export interface SignedRequest {
  readonly rawBody: Uint8Array;
  /** `X-Slack-Request-Timestamp`: seconds since the epoch. */
  readonly timestamp: string | null;
  /** `X-Slack-Signature`: `v0=` and 64 hex digits. */
  readonly signature: string | null;
}

/**
 * Throws `signature_invalid`, with the reason in `details`, unless the request carries our secret's signature and a time within 5 minutes of
 * `nowMs`, either way. The comparison takes the same time wherever the signatures differ.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const verifySignature = (
  request: SignedRequest,
  options: { readonly signingSecret: string; readonly nowMs: number },
): void => {
  const { rawBody, timestamp, signature } = request;
  if (timestamp === null || signature === null) throw refusal('missing');
  if (!/^\d{1,12}$/.test(timestamp)) throw refusal('timestamp');
  if (Math.abs(options.nowMs - Number(timestamp) * 1_000) > maxSkewMs) throw refusal('timestamp');
  const expected = createHmac('sha256', options.signingSecret)
    .update(`v0:${timestamp}:`)
    .update(rawBody)
    .digest('hex');
  const ours = Buffer.from(`v0=${expected}`);
  const theirs = Buffer.from(signature);
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) throw refusal('signature');
};

const refusal = (reason: 'missing' | 'timestamp' | 'signature'): BotError =>
  new BotError('signature_invalid', { details: { reason } });
