/** A platform in memory: keeps what a person sees and when it changed, and fails as a test tells it to. */
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { PutPartOptions, Reply, Speaker } from '../../src/ports/speaker.ts';

export interface SeenMessage {
  readonly platformId: string;
  readonly turnId: TurnId;
  /** Which part of the reply it was posted as. */
  readonly index: number;
  readonly text: string;
  readonly plain: boolean;
}

export interface SeenChange {
  readonly kind: 'post' | 'edit' | 'delete' | 'notice';
  readonly atMs: number;
  readonly turnId: TurnId;
  /** Empty for a notice. */
  readonly platformId: string;
  /** As it stands after the change; the code for a notice; empty for a deletion. */
  readonly text: string;
}

export type SpeakerCall =
  | {
      readonly kind: 'put';
      readonly turnId: TurnId;
      readonly index: number;
      readonly markdown: string;
      readonly options: PutPartOptions;
    }
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
 * @param options.maxPart In UTF-16 units, as `measure` counts; 4,000.
 * @param options.now For the timeline; stands at 0 unless given.
 * @param options.before Awaited before each call acts: a test waits or throws in it, so that a call takes as long as it says.
 */
export const createFakeSpeaker = (
  options: {
    readonly maxPart?: number;
    readonly maxParts?: number;
    readonly editsPerMinute?: number;
    readonly now?: () => number;
    readonly before?: (call: SpeakerCall) => Promise<void> | void;
  } = {},
): FakeSpeaker => {
  const maxPart = options.maxPart ?? 4_000;
  const now = options.now ?? (() => 0);
  const messages: SeenMessage[] = [];
  const timeline: SeenChange[] = [];
  const calls: SpeakerCall[] = [];
  const faults: SpeakerFault[] = [];
  const uneditable = new Set<string>();
  let posted = 0;
  let forbidden = false;
  let markupRefused = false;

  const note = (change: Omit<SeenChange, 'atMs'>) => timeline.push({ ...change, atMs: now() });
  const take = (platformId: string): boolean => {
    const at = messages.findIndex((message) => message.platformId === platformId);
    const [message] = at < 0 ? [] : messages.splice(at, 1);
    if (message === undefined) return false;
    note({ kind: 'delete', turnId: message.turnId, platformId, text: '' });
    return true;
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
    let mayHavePosted = !firstAttempt;

    const post = (message: Omit<SeenMessage, 'platformId'>): string => {
      posted += 1;
      const platformId = `m${posted}`;
      messages.push({ ...message, platformId });
      note({ kind: 'post', turnId, platformId, text: message.text });
      return platformId;
    };
    const edit = (platformId: string, to: Pick<SeenMessage, 'text' | 'plain'>): string => {
      const at = messages.findIndex((message) => message.platformId === platformId);
      const message = messages[at];
      if (message === undefined) throw new BotError('reply_deleted');
      if (uneditable.has(platformId)) throw new BotError('reply_uneditable');
      messages[at] = { ...message, ...to };
      note({ kind: 'edit', turnId, platformId, text: to.text });
      return platformId;
    };
    const lost = (index: number): string | undefined =>
      mayHavePosted
        ? messages.findLast(
            (message) =>
              message.turnId === turnId &&
              message.index === index &&
              message.platformId !== standing.get(index),
          )?.platformId
        : undefined;

    return {
      openThread: async () => undefined,
      putFile: async () => {
        throw new BotError('internal');
      },
      putPart: async (index, markdown, put) => {
        const act = (): string => {
          const plain = put.plain === true;
          if (forbidden) throw new BotError('platform_forbidden');
          if (markdown.length > maxPart || (markupRefused && !plain))
            throw new BotError('platform_rejected');
          const known = put.fresh === true ? lost(index) : (standing.get(index) ?? lost(index));
          return known === undefined
            ? post({ turnId, index, text: markdown, plain })
            : edit(known, { text: markdown, plain });
        };
        const call = { kind: 'put', turnId, index, markdown, options: put } as const;
        try {
          const platformId = await perform(call, put.signal, act);
          standing.set(index, platformId);
          return platformId;
        } catch (error) {
          if (error instanceof BotError && error.code === 'platform_unavailable')
            mayHavePosted = true;
          throw error;
        }
      },
      removePart: async (index, { signal }) => {
        await perform({ kind: 'remove', turnId, index }, signal, () => {
          const platformId = standing.get(index);
          if (platformId !== undefined) take(platformId);
          standing.delete(index);
        });
      },
      removeStrays: async ({ signal }) => {
        await perform({ kind: 'strays', turnId }, signal, () => {
          const known = new Set(standing.values());
          for (const message of messages.filter((each) => each.turnId === turnId))
            if (!known.has(message.platformId)) take(message.platformId);
        });
      },
      noticePrivately: async (code, { signal }) => {
        await perform({ kind: 'notice', turnId, code }, signal, () => {
          note({ kind: 'notice', turnId, platformId: '', text: code });
        });
      },
    };
  };

  return {
    platform: 'console',
    maxPart,
    maxParts: options.maxParts ?? 5,
    editBucket: () => ({ name: 'fake', limit: options.editsPerMinute ?? 50, windowMs: 60_000 }),
    measure: (markdown) => markdown.length,
    openReply,
    messages,
    timeline,
    calls,
    failNext: (...next) => {
      faults.push(...next);
    },
    removeBot: () => {
      forbidden = true;
    },
    closeEditing: () => {
      for (const { platformId } of messages) uneditable.add(platformId);
    },
    refuseMarkup: () => {
      markupRefused = true;
    },
    deleteByPerson: (platformId) => {
      take(platformId);
    },
  };
};
