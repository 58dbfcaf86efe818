/** Remembers until when Slack refuses a method, so that only calls of that method wait. */
import type { Clock } from '../../src/ports/clock.ts';

export interface MethodLimits {
  /** How long this call would still be refused, in milliseconds; 0 when it may go. */
  waitMs(method: string, channel: string | undefined): number;
  /** Slack said to wait that long. */
  block(method: string, channel: string | undefined, forMs: number): void;
}

/** What Slack counts by channel; everything else it counts over the whole workspace. */
const perChannel: ReadonlySet<string> = new Set([
  'assistant.threads.setStatus',
  'chat.postMessage',
]);

/**
 * Limits count per method in the workspace; posting and the status line are limited per channel, so a full channel does not hold up the others.
 *
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const createMethodLimits = (clock: Pick<Clock, 'monotonic'>): MethodLimits => {
  const blockedUntil = new Map<string, number>();
  const keyOf = (method: string, channel: string | undefined): string =>
    perChannel.has(method) ? `${method} ${channel ?? ''}` : method;

  return {
    waitMs: (method, channel) =>
      Math.max(0, (blockedUntil.get(keyOf(method, channel)) ?? 0) - clock.monotonic()),
    block(method, channel, forMs) {
      const now = clock.monotonic();
      for (const [key, until] of blockedUntil) if (until <= now) blockedUntil.delete(key);
      blockedUntil.set(keyOf(method, channel), now + forMs);
    },
  };
};
