/** Shows one turn's answer on its platform: the status at once, the growing text, and a final that arrives. */
import type { ChatPhase, Unfinished } from '../domain/chat-event.ts';
import type { BotError, ErrorCode, SafeCause } from '../domain/errors.ts';
import { emptyReference, type Reference } from '../domain/reference.ts';
import type { ReplyPart, Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Speaker } from '../ports/speaker.ts';
import { createDraftLoop, type DraftLoop } from './draft-loop.ts';
import { editIntervalMs } from './edit-pacer.ts';
import { insist } from './insist.ts';
import { putFinal } from './put-final.ts';
import { renderDraft, renderFinal } from './render-reply.ts';

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
  /** Puts a plain sentence in place of the answer. */
  notice(sentence: string): Promise<void>;
  /** Tells the asker in private, because the place refuses us. */
  noticePrivately(code: ErrorCode): Promise<void>;
  /** Takes every message of the reply away. */
  remove(): Promise<void>;
  /** Removes messages of this turn that are none of its parts. */
  removeStrays(): Promise<void>;
  /** Stops the drafts and waits for the call in flight. */
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

const statusText: Readonly<Record<ChatPhase, string>> = {
  refining: '_Reading the thread…_',
  retrieving: '_Searching the documents…_',
  generating: '_Writing…_',
};

export const createOpenDelivery = (deps: {
  readonly clock: Clock;
  readonly log: Log;
}): OpenDelivery => {
  let liveReplies = 0;
  return (target) => {
    const { turn, speaker, signal, ensure } = target;
    const { clock } = deps;
    let troubled = false;
    /** One line a reply, however often it is tried; waiting under a rate limit is no trouble. */
    const onRetry = ({ code, cause }: BotError): void => {
      if (troubled || code === 'platform_rate_limited') return;
      troubled = true;
      const { name = '' } = (cause ?? {}) as Partial<SafeCause>;
      deps.log.warn('reply is tried again', { turnId: turn.id, code, name });
    };
    const insisting = { clock, ensure, signal, shutdown: target.shutdown, onRetry };
    const reply = speaker.openReply(turn, {
      parts: turn.parts,
      firstAttempt: target.firstAttempt,
    });
    let parts: readonly ReplyPart[] = turn.parts;
    let text = '';
    let reference = emptyReference;
    let status = '';
    let drafts: DraftLoop | undefined;

    const savePart = async (index: number, platformId: string): Promise<void> => {
      if (parts.some((part) => part.index === index && part.platformId === platformId)) return;
      const others = parts.filter((part) => part.index !== index);
      parts = [...others, { index, platformId }].toSorted((a, b) => a.index - b.index);
      await target.saveParts(parts);
    };
    const change = (options: { urgent: boolean }): void => {
      if (drafts === undefined) {
        liveReplies += 1;
        drafts = createDraftLoop({
          reply,
          clock,
          signal,
          ensure,
          render: () => (text === '' ? [status] : renderDraft({ text, reference }, speaker)),
          intervalMs: () =>
            editIntervalMs({
              lengthChars: text.length,
              liveReplies,
              editsPerMinute:
                (speaker.editBucket(turn).limit * 60_000) / speaker.editBucket(turn).windowMs,
            }),
          onPosted: savePart,
          onFatal: target.onFatal,
        });
      }
      drafts.changed(options);
    };
    const halt = async (): Promise<void> => {
      const running = drafts;
      if (running === undefined) return;
      drafts = undefined;
      await running.halt();
      liveReplies -= 1;
    };
    const putAll = async (markdowns: readonly string[]): Promise<void> => {
      await halt();
      for (const [index, markdown] of markdowns.entries()) {
        await savePart(index, await putFinal(reply, { index, markdown }, insisting));
      }
      await removeFrom(markdowns.length);
    };
    const removeFrom = async (first: number): Promise<void> => {
      for (const { index } of parts.filter((part) => part.index >= first).toReversed()) {
        await insist(() => reply.removePart(index, { signal }), insisting);
        parts = parts.filter((part) => part.index !== index);
        await target.saveParts(parts);
      }
    };

    return {
      status(phase) {
        status = statusText[phase];
        // A message that stands keeps its text until there is a better one; its place in the queue is none.
        const keeps = turn.parts.length > 0 && (turn.announced !== true || turn.attempt > 1);
        if (text === '' && !keeps) change({ urgent: phase !== 'generating' });
      },
      rests(on) {
        reference = on;
      },
      delta(piece) {
        const first = text.trim() === '';
        text += piece;
        if (text.trim() !== '') change({ urgent: first });
      },
      finish: (answer) => putAll(renderFinal(answer, speaker)),
      notice: (sentence) => putAll([sentence]),
      async noticePrivately(code) {
        await halt();
        await insist(() => reply.noticePrivately(code, { signal }), insisting);
      },
      async remove() {
        await halt();
        await removeFrom(0);
        await insist(() => reply.removeStrays({ signal }), insisting);
      },
      async removeStrays() {
        await insist(() => reply.removeStrays({ signal }), insisting);
      },
      halt,
    };
  };
};
