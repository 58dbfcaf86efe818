/** A delivery on a platform in memory, under a clock that stands still. */
import type { BotError } from '../../../src/domain/errors.ts';
import { emptyReference, type Reference } from '../../../src/domain/reference.ts';
import type { ReplyPart, Turn } from '../../../src/domain/turn.ts';
import { createMemoryEditBudget } from '../../../src/drivers/memory/memory-edit-budget.ts';
import type { Speaker } from '../../../src/ports/speaker.ts';
import type { StatusLine } from '../../../src/ports/status-line.ts';
import { createOpenDelivery, type FinalAnswer } from '../../../src/reply/deliver-answer.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { createFakeSpeaker } from '../../fakes/fake-speaker.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

export interface DeliverySetup {
  /** How long a call takes. */
  readonly callMs?: number;
  readonly maxPart?: number;
  readonly maxParts?: number;
  readonly pingAfterMs?: number;
  readonly line?: StatusLine;
  /** Where the platform has one too. */
  readonly clock?: FakeClock;
}

export const openDelivery = (turn: Turn = buildTurn(), setup: DeliverySetup = {}) => {
  const { callMs = 0, maxPart, maxParts, pingAfterMs, line } = setup;
  const { clock = createFakeClock() } = setup;
  const log = createRecordingLog();
  const editBudget = createMemoryEditBudget({ clock });
  const speaker = createFakeSpeaker({
    now: clock.monotonic,
    ...(maxPart !== undefined && { maxPart }),
    ...(maxParts !== undefined && { maxParts }),
    ...(callMs > 0 && { before: () => clock.sleep(callMs) }),
  });
  const openAny = createOpenDelivery({
    clock,
    log,
    editBudget,
    ...(line !== undefined && { statusLines: new Map([[speaker.platform, line]]) }),
    ...(pingAfterMs !== undefined && {
      pingAfterMs: new Map([[speaker.platform, pingAfterMs]]),
    }),
  });
  const lost = new AbortController();
  const shutdown = new AbortController();
  const fatal: BotError[] = [];
  let saved: readonly ReplyPart[] = turn.parts;
  /** A delivery of the turn as it stands by then, by the same worker; the platform may do something of its own. */
  const openFor = (now: Turn, platform: Speaker = speaker) =>
    openAny({
      turn: now,
      speaker: platform,
      firstAttempt: now.attempt < 2,
      ensure: async () => lost.signal.throwIfAborted(),
      saveParts: async (parts) => {
        saved = parts;
      },
      onFatal: (error) => fatal.push(error),
      signal: lost.signal,
      shutdown: shutdown.signal,
    });
  return {
    clock,
    log,
    editBudget,
    speaker,
    delivery: openFor(turn),
    openFor,
    fatal,
    lost,
    shutdown,
    saved: () => saved,
  };
};

export const answer = (text: string, reference: Reference = emptyReference): FinalAnswer => ({
  text,
  reference,
});
