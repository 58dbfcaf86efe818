/** Shows one turn's answer on its platform: the status at once, the growing text, and a final that arrives. */
import type { ChatPhase, Unfinished } from '../domain/chat-event.ts';
import type { BotError, ErrorCode, SafeCause } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import type { Reference } from '../domain/reference.ts';
import { isEnded, type ReplyPart, type Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { EditBudget } from '../ports/edit-budget.ts';
import type { Log } from '../ports/log.ts';
import type { ReplyAction, Speaker } from '../ports/speaker.ts';
import type { StatusLine } from '../ports/status-line.ts';
import { createDonePing } from './done-ping.ts';
import { createEditAllowances } from './edit-allowance.ts';
import { growReply } from './grow-reply.ts';
import { insist } from './insist.ts';
import { createPartRecord } from './part-record.ts';
import { type FinalReply, putAnswer, removeParts } from './put-answer.ts';
import { putWhole } from './put-whole.ts';
import { createStatusDisplay } from './status-display.ts';

export interface FinalAnswer {
  readonly text: string;
  readonly reference: Reference;
  readonly unfinished?: Unfinished;
}

export interface Delivery {
  status(phase: ChatPhase): void;
  /** What the model sees, known before its first word: citations are numbered and linked from then on. */
  rests(on: Reference): void;
  delta(text: string): void;
  /** Puts the whole answer; again after a take-over. Throws what cannot be helped, see `putFinal`. */
  finish(answer: FinalAnswer): Promise<void>;
  /** Puts a plain sentence in place of the answer; it offers to ask again, unless the question itself was refused. */
  notice(sentence: string): Promise<void>;
  /** Tells the asker in private, because the place refuses us. */
  noticePrivately(code: ErrorCode): Promise<void>;
  /** Takes every message of the reply away. */
  remove(): Promise<void>;
  /** Removes messages of this turn that are none of its parts. */
  removeStrays(): Promise<void>;
  /** Stops the drafts and takes the status line away; resolves when no call to the platform is in flight that shows text. */
  halt(): Promise<void>;
}

export interface DeliveryTarget {
  /** As it is worked on: `attempt` counts the one that runs. */
  readonly turn: Turn;
  readonly speaker: Speaker;
  /** False when somebody may have posted for this turn before. */
  readonly firstAttempt: boolean;
  /** Resolves when a platform call may start; throws `lease_lost`. */
  readonly ensure: () => Promise<void>;
  /** Stores the parts as soon as a message exists; the next call waits for it. */
  readonly saveParts: (parts: readonly ReplyPart[]) => Promise<void>;
  /** The reply can't go on: deleted, refused, lease lost. Called at most once. */
  readonly onFatal: (error: BotError) => void;
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal;
  /** Aborts when this worker stops: waits end, a call in flight is let finish. */
  readonly shutdown: AbortSignal;
}

export type OpenDelivery = (target: DeliveryTarget) => Delivery;

export interface DeliveryDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly editBudget: EditBudget;
  readonly statusLines?: ReadonlyMap<Platform, StatusLine>;
  /** By platform: an answer whose first message is older than that when it is done is followed by one that rings. Absent: none does. */
  readonly pingAfterMs?: ReadonlyMap<Platform, number>;
}

/** Refused at the door: nothing of them is kept that could be asked again. */
const refusedQuestions: ReadonlySet<ErrorCode> = new Set([
  'asking_not_allowed',
  'asking_too_fast',
  'question_empty',
  'question_too_long',
]);

export const createOpenDelivery = (deps: DeliveryDeps): OpenDelivery => {
  const { clock, log } = deps;
  const openAllowance = createEditAllowances({ budget: deps.editBudget, clock });
  return (target) => {
    const { turn, speaker, signal, ensure } = target;
    let troubled = false;
    /** One line a reply, however often it is tried; waiting under a rate limit is no trouble. */
    const onRetry = ({ code, cause }: BotError): void => {
      if (troubled || code === 'platform_rate_limited') return;
      troubled = true;
      const { name = '' } = (cause ?? {}) as Partial<SafeCause>;
      log.warn('reply is tried again', { turnId: turn.id, code, name });
    };
    const insisting = { clock, ensure, signal, shutdown: target.shutdown, onRetry };
    const reply = speaker.openReply(turn, {
      parts: turn.parts,
      firstAttempt: target.firstAttempt,
    });
    const edits = openAllowance(speaker.editBucket(turn), turn.id);
    let postedAtMs: number | undefined;
    const record = createPartRecord(turn.parts, async (parts) => {
      postedAtMs ??= clock.monotonic();
      await target.saveParts(parts);
    });
    const statusDisplay = createStatusDisplay({
      line: deps.statusLines?.get(speaker.platform),
      ...{ turn, clock, ensure, signal },
      hasMessage: () => record.all().length > 0,
    });
    const growing = growReply({
      reply,
      size: speaker,
      record,
      edits,
      statusDisplay,
      // A message that stands keeps its text until there is a better one; its place in the queue is none.
      keepsText: turn.parts.length > 0 && (turn.announced !== true || turn.attempt > 1),
      clock,
      signal,
      ensure,
      onFatal: (error) => {
        void edits.leave();
        target.onFatal(error);
      },
    });
    const putting = { reply, record, edits, insisting };
    const ping = createDonePing({
      ...putting,
      turn,
      afterMs: deps.pingAfterMs?.get(speaker.platform),
      firstPostedAtMs: () => postedAtMs,
      log,
    });
    /** Text of the file that this delivery attached. */
    let attached: string | undefined;
    let settled: ReadonlyMap<number, string> = new Map();

    const halt = async (): Promise<void> => {
      const sealed = await growing.stop();
      if (sealed.size > 0) settled = sealed;
      statusDisplay.clear();
    };
    const end = async (work: () => Promise<void>): Promise<void> => {
      await halt();
      try {
        await work();
      } finally {
        await edits.leave();
      }
    };
    const put = async (final: FinalReply): Promise<BotError | undefined> => {
      const { messages, file } = final;
      const keepsFile = attached === undefined ? isAnswered(turn) : attached === file?.text;
      const known = settled;
      // Whoever puts the reply once more means all of it.
      settled = new Map();
      const refusal = await putAnswer(putting, final, { settled: known, keepsFile });
      attached = refusal === undefined ? file?.text : undefined;
      // What takes the file's place goes on behind what was just put.
      if (refusal !== undefined) settled = new Map(messages.entries());
      return refusal;
    };
    return {
      status: growing.status,
      rests: growing.rests,
      delta: growing.delta,
      finish: (answer) =>
        end(async () => {
          const isPingDue = ping.isDue();
          await putWhole({ turn, size: speaker, record, put, log }, answer);
          if (isPingDue) await ping.put();
        }),
      notice: (sentence) =>
        end(async () => {
          await put({ messages: [sentence], actions: noticeActionsFor(turn) });
          await removeParts(putting, ({ kind }) => kind === 'ping');
        }),
      noticePrivately: (code) =>
        end(() => insist(() => reply.noticePrivately(code, { signal }), insisting)),
      remove: () =>
        end(async () => {
          await removeParts(putting, () => true);
          await insist(() => reply.removeStrays({ signal }), insisting);
        }),
      async removeStrays() {
        await insist(() => reply.removeStrays({ signal }), insisting);
      },
      halt,
    };
  };
};

/** Whether its answer is stored: what was put for it since does not change any more. */
const isAnswered = ({ state }: Turn): boolean => state === 'answered' || isEnded(state);

const noticeActionsFor = ({ editedText, error }: Turn): readonly ReplyAction[] => {
  if (editedText !== undefined) return ['again-edited'];
  return error !== undefined && refusedQuestions.has(error.code) ? [] : ['again'];
};
