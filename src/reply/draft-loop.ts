/** Shows a growing text by edits: one call in flight, always the newest text, at the pacer's intervals. */
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reply } from '../ports/speaker.ts';

export interface DraftLoop {
  /** The newest parts to show are `render()`'s; `urgent` lifts the wait that is under way. */
  changed(options: { readonly urgent: boolean }): void;
  /** Stops, and resolves when no call is in flight any more. */
  halt(): Promise<void>;
}

const retryMs = 2_000;

/**
 * Every draft may be dropped: after a rate limit or a failure the next one carries the newer text. An error that ends the reply
 * (deleted, not in the place any more, lease lost) goes to `onFatal` once and stops the loop.
 */
export const createDraftLoop = (deps: {
  readonly reply: Reply;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The parts as they stand now; called only when an edit is about to be sent. */
  readonly render: () => readonly string[];
  readonly intervalMs: () => number;
  readonly ensure: () => Promise<void>;
  readonly onPosted: (index: number, platformId: string) => Promise<void>;
  readonly onFatal: (error: BotError) => void;
}): DraftLoop => {
  const { clock } = deps;
  const halted = new AbortController();
  const shown: string[] = [];
  let dirty = false;
  /** An urgent change came while a call was in flight: the next one follows at once. */
  let hurried = false;
  let pacedUntil = clock.monotonic();
  /** Set by the platform: not even an urgent change goes out before. */
  let blockedUntil = pacedUntil;
  let ring = () => {};
  let bell = new Promise<void>((resolve) => {
    ring = resolve;
  });

  const rest = async (ms?: number): Promise<void> => {
    const nap = new AbortController();
    const sleeping = ms === undefined ? [] : [sleep(ms, nap.signal)];
    await Promise.race([bell, ...sleeping]);
    nap.abort();
    bell = new Promise<void>((resolve) => {
      ring = resolve;
    });
  };
  /** Ends early, without an error, when the nap is over. */
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    try {
      await clock.sleep(ms, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  deps.signal.addEventListener('abort', () => ring(), { once: true });

  const putChanged = async (): Promise<void> => {
    const parts = deps.render();
    for (const [index, markdown] of parts.entries()) {
      if (shown[index] === markdown || markdown === '') continue;
      if (halted.signal.aborted) return;
      await deps.ensure();
      const platformId = await deps.reply.putPart(index, markdown, {
        final: false,
        signal: deps.signal,
      });
      shown[index] = markdown;
      await deps.onPosted(index, platformId);
    }
  };

  const run = async (): Promise<void> => {
    while (!halted.signal.aborted && !deps.signal.aborted) {
      const waitMs = Math.max(pacedUntil, blockedUntil) - clock.monotonic();
      if (!dirty) await rest();
      else if (waitMs > 0) await rest(waitMs);
      else {
        dirty = false;
        hurried = false;
        try {
          await putChanged();
          if (!hurried) pacedUntil = clock.monotonic() + deps.intervalMs();
        } catch (error) {
          const failure = toBotError(error);
          if (deps.signal.aborted) return;
          if (isFatal(failure)) return deps.onFatal(failure);
          if (failure.code === 'reply_uneditable') return;
          dirty = true;
          blockedUntil = clock.monotonic() + (failure.retryAfterMs ?? retryMs);
        }
      }
    }
  };
  const running = run();

  return {
    changed({ urgent }) {
      if (dirty && !urgent) return;
      dirty = true;
      if (urgent) {
        hurried = true;
        pacedUntil = clock.monotonic();
      }
      ring();
    },
    async halt() {
      halted.abort();
      ring();
      await running;
    },
  };
};

const isFatal = (failure: BotError): boolean =>
  failure.code === 'installation_missing' ||
  failure.code === 'secret_unreadable' ||
  failure.code === 'reply_deleted' ||
  failure.code === 'platform_forbidden' ||
  failure.code === 'lease_lost' ||
  failure.code === 'store_unavailable' ||
  failure.code === 'internal';
