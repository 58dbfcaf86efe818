/** The speaking half of the console: an answer that grows on a terminal, or its final text in a pipe. */
import type { Writable } from 'node:stream';
import { BotError, noticeFor, safeCause } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Reply, Speaker } from '../../src/ports/speaker.ts';
import { countRows } from './terminal-rows.ts';
import { renderForTerminal } from './terminal-text.ts';

/** `process.stdout`, or any stream: what is no terminal gets finals only. */
export type ConsoleStream = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface ConsoleSpeakerSettings {
  readonly stream: ConsoleStream;
  /** Whether the terminal understands OSC 8; asked only where the stream is one. */
  readonly hyperlinks: boolean;
}

/** Nobody limits a console; a part stays small enough to be drawn again. */
const maxPartChars = 100_000;
const bucket = { name: 'console', limit: 600, windowMs: 60_000 };
/** A part holds what any answer holds. */
const maxParts = 1_000;

/** The reply that was written last; only that one can still change. */
interface Shown {
  readonly turnId: TurnId;
  readonly parts: Map<number, string>;
  /** As it stands on the terminal. */
  text: string;
}

/**
 * One answer at a time: a reply that is begun while another grows takes its place. A closed pipe is `reply_deleted`, so that nobody goes on answering.
 */
export const createConsoleSpeaker = ({ stream, hyperlinks }: ConsoleSpeakerSettings): Speaker => {
  const isTerminal = stream.isTTY === true;
  // Every write tells of its failure; without a listener the process would end.
  stream.on('error', () => undefined);
  let shown: Shown | undefined;

  const write = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(writeError(error)) : resolve()));
    });

  const draw = async (reply: Shown, options: { readonly final: boolean }): Promise<void> => {
    if (!isTerminal && !options.final) return;
    const markdown = [...reply.parts].toSorted(([a], [b]) => a - b).map(([, part]) => part);
    const text = renderForTerminal(markdown.join('\n\n'), { hyperlinks: isTerminal && hyperlinks });
    const target = options.final && text !== '' ? `${text}\n` : text;
    const change = changeOf(reply.text, target, options);
    if (change === undefined) return;
    reply.text = target;
    await write(change);
  };

  /** What must be written so that `target` stands where `before` stood; undefined when nothing can or need be. */
  const changeOf = (
    before: string,
    target: string,
    { final }: { readonly final: boolean },
  ): string | undefined => {
    if (target === before) return undefined;
    if (target.startsWith(before)) return target.slice(before.length);
    if (!isTerminal) return `\n${target}`;
    const kept = commonLinesLength(before, target);
    const rows = countRows(before.slice(kept), stream.columns ?? 80);
    if (rows <= (stream.rows ?? 24)) return `${eraseRows(rows)}${target.slice(kept)}`;
    // What is to change has left the screen: only the whole answer is worth standing there twice.
    return final ? `\n\n${target}` : undefined;
  };

  const openReply: Speaker['openReply'] = (turn): Reply => {
    const current = async (): Promise<Shown> => {
      if (shown?.turnId === turn.id) return shown;
      const unfinished = shown !== undefined && shown.text !== '' && !shown.text.endsWith('\n');
      shown = { turnId: turn.id, parts: new Map(), text: '' };
      if (unfinished) await write('\n');
      return shown;
    };
    return {
      async openThread({ signal }) {
        signal.throwIfAborted();
        return undefined;
      },
      async putFile(index, { name, text }, { signal }) {
        signal.throwIfAborted();
        const reply = await current();
        // There is nowhere to attach it: it is told, under its name.
        reply.parts.set(index, `**${name}**\n\n${text}`);
        await draw(reply, { final: true });
        return `${turn.id}/${index}`;
      },
      async putPart(index, markdown, { final, signal }) {
        signal.throwIfAborted();
        const reply = await current();
        reply.parts.set(index, markdown);
        await draw(reply, { final });
        return `${turn.id}/${index}`;
      },
      async removePart(index, { signal }) {
        signal.throwIfAborted();
        const reply = await current();
        if (reply.parts.delete(index) && isTerminal) await draw(reply, { final: true });
      },
      async removeStrays({ signal }) {
        signal.throwIfAborted();
      },
      async noticePrivately(code, { signal }) {
        signal.throwIfAborted();
        const sentence = noticeFor(code);
        if (sentence !== '') await write(`${sentence}\n`);
      },
    };
  };

  return {
    platform: 'console',
    maxPart: maxPartChars,
    maxParts,
    editBucket: () => bucket,
    measure: (markdown) => markdown.length,
    openReply,
  };
};

/** Length of the lines that both begin with; what follows is drawn again. */
const commonLinesLength = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return a.lastIndexOf('\n', length - 1) + 1;
};

/** The cursor goes up to the first of the rows; everything from there on is cleared. */
const eraseRows = (rows: number): string => `\r${rows > 1 ? `\u001b[${rows - 1}A` : ''}\u001b[J`;

const writeError = (error: Error): BotError => {
  const { vendorCode } = safeCause(error);
  const gone = vendorCode === 'EPIPE' || vendorCode === 'ERR_STREAM_DESTROYED';
  return new BotError(gone ? 'reply_deleted' : 'platform_unavailable', { cause: safeCause(error) });
};
