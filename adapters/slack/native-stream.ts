/** One message that grows by Slack's own streaming; whoever holds it goes over to edits of the same message as soon as it says so. */
import * as z from 'zod';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { isSafeInPieces, neutraliseChunk } from './neutralise.ts';
import type { SlackAddress } from './reply-address.ts';
import type { SlackCall } from './slack-call.ts';
import { slackCodeOf } from './slack-errors.ts';

export interface NativeStream {
  readonly ts: string;
  /**
   * Appends what is new of the text that stays; nothing after the asker stopped the stream. False: the stream is over, put the whole text by an edit. Throws what
   * an edit throws; `platform_rate_limited` leaves the stream as it was.
   */
  append(committed: string): Promise<boolean>;
  /** Ends the stream with the rest of the text, blocks below it and the message's mark. False and throws as `append`. */
  finish(
    final: string,
    last: { readonly blocks: readonly object[]; readonly metadata: object },
  ): Promise<boolean>;
  /** Ends the stream as it stands, so that the message can be edited. */
  end(): Promise<void>;
}

interface Deps {
  readonly call: SlackCall;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly address: SlackAddress;
  /** Called once, when Slack refuses a piece because the asker stopped the stream. */
  readonly onStopped: () => void;
}

const startedSchema = z.object({ ts: z.string() });
/** Slack ends a stream 5 minutes after it began, and takes no edit before that. */
const maxAgeMs = 240_000;
/** Slack takes between 10.6 and 12 kB in a streamed message, and is stuck from then on. Edits of the same message take 12,000 characters. */
const maxBytes = 9_000;

/**
 * Starts a stream for the person who asked. Throws what the call throws; `platform_unavailable` may have left an empty message without a mark.
 *
 * @see https://docs.slack.dev/reference/methods/chat.startStream
 * @see https://github.com/slackapi/python-slack-sdk/issues/1859 (5 minutes)
 * @see https://github.com/CopilotKit/CopilotKit/issues/6063 (size)
 */
export const startNativeStream = async (deps: Deps, committed: string): Promise<NativeStream> => {
  const { call, clock, address, onStopped } = deps;
  const { channel } = address;
  const startedMs = clock.monotonic();
  let sent = committed.slice(0, chunkEnd(committed));
  const first = neutraliseChunk(sent);
  const args = {
    channel,
    thread_ts: address.threadTs,
    recipient_user_id: address.user,
    recipient_team_id: address.team,
    ...(first === '' ? {} : { markdown_text: first }),
  };
  const { ts } = await call('chat.startStream', args, { answer: startedSchema });
  let sizeBytes = Buffer.byteLength(first);
  let isOver = false;
  let isStopped = false;

  const takes = (text: string, chunk: string): boolean =>
    !isOver &&
    text.startsWith(sent) &&
    isSafeInPieces(text) &&
    clock.monotonic() - startedMs < maxAgeMs &&
    sizeBytes + Buffer.byteLength(chunk) <= maxBytes;
  const end = async (): Promise<void> => {
    if (isOver) return;
    await stopStream(call, { channel, ts });
    isOver = true;
  };
  /** True when Slack did it; what is refused, or came to no clear end, ends the stream. */
  const tried = async (act: () => Promise<unknown>): Promise<boolean> => {
    try {
      await act();
      return true;
    } catch (error) {
      const failure = toBotError(error);
      isStopped = isStoppedByUser(failure);
      if (!isStopped && !isStreamsFault(failure)) throw error;
      if (isStopped) isOver = true;
      else await end();
      return false;
    }
  };
  const over = async (): Promise<false> => {
    await end();
    return false;
  };

  return {
    ts,
    async append(committed) {
      if (isStopped) return true;
      const to = chunkEnd(committed);
      const chunk = neutraliseChunk(committed.slice(sent.length, to));
      if (!takes(committed, chunk)) return over();
      if (chunk === '') return true;
      const added = { channel, ts, markdown_text: chunk };
      if (!(await tried(() => call('chat.appendStream', added, { answer: z.unknown() })))) {
        if (isStopped) onStopped();
        return isStopped;
      }
      sent = committed.slice(0, to);
      sizeBytes += Buffer.byteLength(chunk);
      return true;
    },
    async finish(final, last) {
      const rest = neutraliseChunk(final.slice(sent.length));
      // Leading white space would be lost.
      if (/^\s/.test(rest) || !takes(final, rest)) return over();
      const text = rest === '' ? {} : { markdown_text: rest };
      const ended = { channel, ts, ...text, ...last };
      if (!(await tried(() => call('chat.stopStream', ended, { answer: z.unknown() }))))
        return false;
      isOver = true;
      return true;
    },
    end,
  };
};

/**
 * Ends a stream, ours or one that another worker began, as it stands. One that has ended is a success; one whose end is unclear too, since an edit finds out.
 *
 * @see https://docs.slack.dev/reference/methods/chat.stopStream
 */
export const stopStream = async (
  call: SlackCall,
  message: { readonly channel: string; readonly ts: string },
): Promise<void> => {
  const stop = (more: object) =>
    call('chat.stopStream', { ...message, ...more }, { answer: z.unknown() });
  try {
    await stop({}).catch((error: unknown) => {
      // Nothing was appended yet, and Slack ends no empty message.
      if (slackCodeOf(toBotError(error)) !== 'no_text') throw error;
      return stop({ markdown_text: '…' });
    });
  } catch (error) {
    const failure = toBotError(error);
    if (!isStreamsFault(failure) && !isStoppedByUser(failure)) throw error;
  }
};

const isStoppedByUser = (failure: BotError): boolean => slackCodeOf(failure) === 'stopped_by_user';

/** What an edit of the message may do better; everything else is true of edits as well. */
const isStreamsFault = ({ code }: BotError): boolean =>
  code === 'platform_rejected' || code === 'platform_unavailable';

/**
 * Up to where a text is sent: before its last visible character, so that the next piece begins with one. Slack drops white space at the beginning of a piece, never
 * at its end.
 */
const chunkEnd = (text: string): number => /\S\s*$/u.exec(text)?.index ?? 0;
