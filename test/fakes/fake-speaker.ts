/** A platform in memory: keeps what a person sees and when it changed, and fails as a test tells it to. */
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type {
  OpenedThread,
  PutPartOptions,
  Reply,
  ReplyFile,
  Speaker,
} from '../../src/ports/speaker.ts';
import { createFakeEditLimit } from './fake-edit-limit.ts';
import { createFakePlace, type SeenChange, type SeenFile, type SeenMessage } from './fake-place.ts';

export type SpeakerCall =
  | {
      readonly kind: 'put';
      readonly turnId: TurnId;
      readonly index: number;
      readonly markdown: string;
      readonly options: PutPartOptions;
    }
  | {
      readonly kind: 'file';
      readonly turnId: TurnId;
      readonly index: number;
      readonly file: ReplyFile;
    }
  | { readonly kind: 'thread'; readonly turnId: TurnId }
  | { readonly kind: 'remove'; readonly turnId: TurnId; readonly index: number }
  | { readonly kind: 'strays'; readonly turnId: TurnId }
  | { readonly kind: 'notice'; readonly turnId: TurnId; readonly code: ErrorCode };

/** What the next call meets; `landed`: the platform does as told and only its answer is lost. */
export interface SpeakerFault {
  readonly code: ErrorCode;
  readonly retryAfterMs?: number;
  readonly landed?: boolean;
}

export interface FakeSpeaker extends Speaker {
  /** What stands now, oldest first. */
  readonly messages: readonly SeenMessage[];
  readonly files: readonly SeenFile[];
  /** Threads that were made for commands, by turn. */
  readonly threads: ReadonlyMap<TurnId, OpenedThread>;
  /** When an edit was refused because there were too many; only with `refusesEdits`. */
  readonly refusedAtMs: readonly number[];
  /** Every change in order, as a person watched it. */
  readonly timeline: readonly SeenChange[];
  /** Every call in order, also those that failed. */
  readonly calls: readonly SpeakerCall[];
  /** One fault per call, in order; calls after that work again. */
  failNext(...faults: readonly SpeakerFault[]): void;
  /** Every write is refused from now on (`platform_forbidden`). */
  removeBot(): void;
  /** Messages that stand now can't be edited any more. */
  closeEditing(): void;
  /** Text with markup is refused from now on; plain text passes. */
  refuseMarkup(): void;
  /** A person takes the message away. */
  deleteByPerson(platformId: string): void;
}

/**
 * A turn whose `replyTo` has a `command` is a command's; there its thread is made.
 *
 * @param options.maxPart In UTF-16 units, as `measure` counts; 4,000.
 * @param options.editsPerMinute Of each bucket; 50.
 * @param options.refusesEdits Refuses more edits of a bucket than that within any minute, as a platform does; otherwise nobody counts.
 * @param options.bucketOf Name of a turn's bucket; one for all turns unless given.
 * @param options.now For the timeline; stands at 0 unless given.
 * @param options.before Awaited before each call acts: a test waits or throws in it, so that a call takes as long as it says.
 */
export const createFakeSpeaker = (
  options: {
    readonly maxPart?: number;
    readonly maxParts?: number;
    readonly editsPerMinute?: number;
    readonly refusesEdits?: boolean;
    readonly bucketOf?: (turn: Turn) => string;
    readonly now?: () => number;
    readonly before?: (call: SpeakerCall) => Promise<void> | void;
  } = {},
): FakeSpeaker => {
  const maxPart = options.maxPart ?? 4_000;
  const now = options.now ?? (() => 0);
  const place = createFakePlace({ now });
  const editLimit = createFakeEditLimit({ now });
  const calls: SpeakerCall[] = [];
  const faults: SpeakerFault[] = [];
  const refusedAtMs: number[] = [];
  let markupRefused = false;

  const editBucket: Speaker['editBucket'] = (turn) => ({
    name: options.bucketOf?.(turn) ?? 'fake',
    limit: options.editsPerMinute ?? 50,
    windowMs: 60_000,
  });
  const refuseTooMany = (turn: Turn): void => {
    const retryAfterMs = editLimit(editBucket(turn));
    if (retryAfterMs === undefined) return;
    refusedAtMs.push(now());
    throw new BotError('platform_rate_limited', { retryAfterMs });
  };
  /** Runs a call under the next fault: before it, or after it took effect. */
  const perform = async <Result>(
    call: SpeakerCall,
    signal: AbortSignal,
    act: () => Result,
  ): Promise<Result> => {
    signal.throwIfAborted();
    calls.push(call);
    await options.before?.(call);
    signal.throwIfAborted();
    const fault = faults.shift();
    const result = fault === undefined || fault.landed === true ? act() : undefined;
    if (fault === undefined) return result as Result;
    throw new BotError(
      fault.code,
      fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs },
    );
  };

  const openReply: Speaker['openReply'] = (turn, { parts, firstAttempt }): Reply => {
    const turnId = turn.id;
    const standing = new Map(parts.map((part) => [part.index, part.platformId]));
    const fileIds = new Set(
      parts.filter(({ kind }) => kind === 'file').map((one) => one.platformId),
    );
    let mayHavePosted = !firstAttempt;

    /** Posted for this part by a call whose outcome was never told. */
    const lost = (among: readonly (SeenMessage | SeenFile)[], index: number): string | undefined =>
      mayHavePosted
        ? among.findLast(
            (one) =>
              one.turnId === turnId &&
              one.index === index &&
              one.platformId !== standing.get(index),
          )?.platformId
        : undefined;
    const standFor = async (index: number, call: () => Promise<string>): Promise<string> => {
      try {
        const platformId = await call();
        standing.set(index, platformId);
        return platformId;
      } catch (error) {
        if (error instanceof BotError && error.code === 'platform_unavailable')
          mayHavePosted = true;
        throw error;
      }
    };
    /** A message can't become a file, nor a file a message: the caller removes it first. */
    const isKind = (index: number, kind: 'file' | 'message'): void => {
      const known = standing.get(index);
      if (known !== undefined && fileIds.has(known) !== (kind === 'file'))
        throw new BotError('internal', { details: { index } });
    };

    return {
      openThread: ({ signal }) =>
        perform({ kind: 'thread', turnId }, signal, () =>
          turn.replyTo['command'] === undefined
            ? undefined
            : (place.threads.get(turnId) ?? place.openThread(turnId)),
        ),
      putFile: (index, file, { signal }) => {
        const act = (): string => {
          isKind(index, 'file');
          const known = standing.get(index) ?? lost(place.files, index);
          const platformId = known ?? place.attach({ turnId, index }, file);
          fileIds.add(platformId);
          return platformId;
        };
        return standFor(index, () => perform({ kind: 'file', turnId, index, file }, signal, act));
      },
      putPart: (index, markdown, put) => {
        const { plain = false, ping = false, actions = [] } = put;
        const content = { text: markdown, plain, ping, actions };
        const act = (): string => {
          isKind(index, 'message');
          if (markdown.length > maxPart || (markupRefused && !plain))
            throw new BotError('platform_rejected');
          const missed = lost(place.messages, index);
          const known = put.fresh === true ? missed : (standing.get(index) ?? missed);
          if (known === undefined) return place.post({ turnId, index }, content);
          if (options.refusesEdits === true) refuseTooMany(turn);
          return place.edit(known, content);
        };
        const call = { kind: 'put', turnId, index, markdown, options: put } as const;
        return standFor(index, () => perform(call, put.signal, act));
      },
      removePart: (index, { signal }) =>
        perform({ kind: 'remove', turnId, index }, signal, () => {
          const platformId = standing.get(index);
          if (platformId !== undefined) place.take(platformId);
          standing.delete(index);
        }),
      removeStrays: ({ signal }) =>
        perform({ kind: 'strays', turnId }, signal, () => {
          const known = new Set(standing.values());
          for (const message of place.messages.filter((each) => each.turnId === turnId))
            if (!known.has(message.platformId)) place.take(message.platformId);
        }),
      noticePrivately: (code, { signal }) =>
        perform({ kind: 'notice', turnId, code }, signal, () => place.notify(turnId, code)),
    };
  };

  return {
    ...place,
    platform: 'console',
    maxPart,
    maxParts: options.maxParts ?? 5,
    editBucket,
    measure: (markdown) => markdown.length,
    openReply,
    refusedAtMs,
    calls,
    failNext: (...next) => {
      faults.push(...next);
    },
    refuseMarkup: () => {
      markupRefused = true;
    },
    deleteByPerson: place.take,
  };
};
