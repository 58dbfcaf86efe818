/** Shows a growing text by edits: one call in flight, always the newest text, at the pacer's intervals and within the budget. */
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reply, ReplyAction } from '../ports/speaker.ts';
import type { DraftPart } from './draft-renderer.ts';
import type { EditAllowance } from './edit-allowance.ts';
import { longestStepMs } from './edit-pacer.ts';

export interface DraftLoop {
  /**
   * There are newer parts to show.
   *
   * @param options.dueInMs Takes the place of the wait that is under way; absent: that one goes on.
   */
  changed(options?: { readonly dueInMs: number }): void;
  /** Stops, and resolves when no call is in flight any more, with the texts of the sealed parts that stand, by index. */
  halt(): Promise<ReadonlyMap<number, string>>;
}

const retryMs = 2_000;
/** The load changes while a draft waits: it is looked at so often. */
const lookMs = 2_000;

/** What stands of a part. */
interface Shown {
  readonly markdown: string;
  readonly actions: readonly ReplyAction[];
  readonly sealed: boolean;
}

/**
 * Every draft may be dropped: after a rate limit or a failure the next one carries the newer text. A sealed part is put once, as a final, and then left alone.
 * An error that ends the reply (deleted, not in the place any more, lease lost) goes to `onFatal` once and stops the loop.
 */
export const createDraftLoop = (deps: {
  readonly reply: Reply;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The parts as they stand now; called only when an edit is about to be sent. Only the last one is not sealed. */
  readonly render: () => readonly DraftPart[];
  /** How long to wait between two edits of a message of this length. */
  readonly intervalMs: (lengthChars: number) => number;
  readonly edits: Pick<EditAllowance, 'askForDraft' | 'askForPost' | 'refused'>;
  readonly ensure: () => Promise<void>;
  /** Whether a message stands for this index: only its edits count. */
  readonly stands: (index: number) => boolean;
  readonly onPosted: (index: number, platformId: string) => Promise<void>;
  readonly onFatal: (error: BotError) => void;
}): DraftLoop => {
  const { clock, signal, edits } = deps;
  const halted = new AbortController();
  const shown: Shown[] = [];
  let dirty = false;
  let lengthChars = 0;
  /** When the last call that showed something began. */
  let movedAtMs = clock.monotonic();
  /** Set by a change that does not wait for the interval. */
  let dueAtMs: number | undefined;
  /** Set by the platform and the budget: nothing goes out before. */
  let blockedUntilMs = movedAtMs;
  let ring = () => {};
  let bell = new Promise<void>((resolve) => {
    ring = resolve;
  });

  const rest = async (ms?: number): Promise<void> => {
    if (ms === undefined) await bell;
    else {
      const nap = new AbortController();
      await Promise.race([bell, sleep(ms, nap.signal)]);
      nap.abort();
    }
    bell = new Promise<void>((resolve) => {
      ring = resolve;
    });
  };
  /** Ends early, without an error, when the nap is over. */
  const sleep = async (ms: number, napping: AbortSignal): Promise<void> => {
    try {
      await clock.sleep(ms, { signal: napping });
    } catch (error) {
      if (!napping.aborted) throw error;
    }
  };
  signal.addEventListener('abort', () => ring(), { once: true });

  const putPart = async (index: number, next: Shown, committedChars: number): Promise<void> => {
    const platformId = await deps.reply.putPart(index, next.markdown, {
      final: next.sealed,
      signal,
      ...(next.actions.length > 0 && { actions: next.actions }),
      ...(!next.sealed && { committedChars }),
    });
    shown[index] = next;
    lengthChars = next.markdown.length;
    await deps.onPosted(index, platformId);
  };
  /** Resolves with how long the budget lets it wait; 0 when all is shown. */
  const putChanged = async (): Promise<number> => {
    for (const part of deps.render()) {
      const next = toShow(part);
      const before = shown[part.index];
      if (before?.sealed || next.markdown === '' || isSame(before, next)) continue;
      await deps.ensure();
      const isEdit = deps.stands(part.index);
      const waitMs = isEdit ? await edits.askForDraft() : await edits.askForPost();
      if (waitMs > 0 || halted.signal.aborted) return waitMs;
      try {
        const beganAtMs = clock.monotonic();
        await putPart(part.index, next, part.committedChars);
        movedAtMs = beganAtMs;
      } catch (error) {
        const { code, retryAfterMs } = toBotError(error);
        if (isEdit && code === 'platform_rate_limited' && retryAfterMs !== undefined)
          await edits.refused(retryAfterMs);
        throw error;
      }
      if (halted.signal.aborted) return 0;
    }
    return 0;
  };
  const block = (ms: number): void => {
    dirty = true;
    blockedUntilMs = clock.monotonic() + ms;
  };

  const run = async (): Promise<void> => {
    while (!halted.signal.aborted && !signal.aborted) {
      const pacedUntilMs = dueAtMs ?? movedAtMs + deps.intervalMs(lengthChars);
      const waitMs = Math.max(pacedUntilMs, blockedUntilMs) - clock.monotonic();
      if (!dirty) await rest();
      else if (waitMs > 0) await rest(Math.min(waitMs, lookMs));
      else {
        dirty = false;
        dueAtMs = undefined;
        try {
          const deniedMs = await putChanged();
          if (deniedMs > 0) block(Math.min(deniedMs, longestStepMs));
        } catch (error) {
          const failure = toBotError(error);
          if (signal.aborted) return;
          if (isFatal(failure)) return deps.onFatal(failure);
          if (failure.code === 'reply_uneditable') return;
          block(failure.retryAfterMs ?? retryMs);
        }
      }
    }
  };
  const running = run();

  return {
    changed(options) {
      if (options !== undefined) dueAtMs = clock.monotonic() + options.dueInMs;
      else if (dirty) return;
      dirty = true;
      ring();
    },
    async halt() {
      halted.abort();
      ring();
      await running;
      return new Map(
        shown.flatMap(({ sealed, markdown }, index) => (sealed ? [[index, markdown]] : [])),
      );
    },
  };
};

/** The newest part alone offers to stop; a sealed one has its final shape, so that nothing of it must be taken back. */
const toShow = ({ markdown, sealed }: DraftPart): Shown => ({
  markdown,
  sealed,
  actions: sealed ? [] : ['stop'],
});

const isSame = (before: Shown | undefined, next: Shown): boolean =>
  before?.markdown === next.markdown && before.sealed === next.sealed;

const isFatal = (failure: BotError): boolean =>
  failure.code === 'installation_missing' ||
  failure.code === 'secret_unreadable' ||
  failure.code === 'reply_deleted' ||
  failure.code === 'platform_forbidden' ||
  failure.code === 'lease_lost' ||
  failure.code === 'store_unavailable' ||
  failure.code === 'internal';
