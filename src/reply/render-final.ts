/** The finished answer as the messages of its reply, and the file that takes what they can't. */
import type { Unfinished } from '../domain/chat-event.ts';
import type { Reference } from '../domain/reference.ts';
import type { AnswerPiece, ReplyFile } from '../ports/speaker.ts';
import {
  blankLine,
  goesOnLine,
  limitOfPart,
  type MessagePart,
  type MessageSize,
  textOfPart,
} from './message-part.ts';
import { numberCitations } from './number-citations.ts';
import { renderSources } from './render-sources.ts';
import { type Dialects, speakDialect } from './speak-dialect.ts';
import { createMessageSplitter } from './split-message.ts';

export interface FinalReply {
  /** At least one, at most `maxParts`, each within `maxPart`. */
  readonly parts: readonly string[];
  /** The rest of the answer, with its sources; absent when the messages hold everything. */
  readonly file?: ReplyFile;
  /** Whether there are passages to read behind it, words to rate, or neither: stopped before its first word. */
  readonly holds: 'footnotes' | 'words' | 'nothing';
}

/** What a reply says in place of an answer that was stopped before its first word. */
export const stoppedEarlyLine = '_Stopped before there was an answer._';

interface SizeInParts extends MessageSize, Dialects {
  /** From 1; infinite where no file is taken. */
  readonly maxParts: number;
}

/**
 * Cut where the drafts were cut, with the sources under the last part, or in messages of their own behind it. An answer without a word says so, and one that was
 * stopped before its first word says nothing else.
 *
 * What goes beyond the messages is the file: the rest from where the last message ends, like any part with its fence or its table's header repeated,
 * and the sources at its end. The last message then says so, and repeats the sources where they find room (half of it is kept for them): people read
 * in the channel, and open the file later or never. Taking out that line with what follows, and what the cuts repeated, the messages and the file joined
 * are what one endless message would hold.
 */
export const renderFinal = (
  answer: {
    readonly text: string;
    readonly reference: Reference;
    readonly unfinished?: Unfinished;
  },
  size: SizeInParts,
): FinalReply => {
  const { pieces, footnotes } = numberCitations(answer.text, answer.reference);
  if (answer.unfinished === 'stopped' && !pieces.some(hasWord))
    return { parts: [stoppedEarlyLine], holds: 'nothing' };
  const holds = footnotes.length > 0 ? 'footnotes' : 'words';
  const mark = answer.unfinished === undefined ? '' : `_${unfinishedText[answer.unfinished]}_`;
  const sources = renderSources(footnotes, answer.reference);
  const body = splitBody(speakDialect(pieces, size), size);
  const tail = [mark, sources].filter((one) => one !== '').map((one) => blankLine + one);
  const messages = body.slice(0, size.maxParts).map(textOfPart);
  const [beyond] = body.slice(size.maxParts);
  if (beyond === undefined) return { ...withTail(messages, tail, size), holds };
  const rest = textOfPart(beyond) + tail.join('');
  return { ...withFile({ messages, rest, sources }, size), holds };
};

const hasWord = ({ text }: AnswerPiece): boolean => text.trim() !== '';

const unfinishedText: Readonly<Record<Unfinished, string>> = {
  stalled: 'The language model stopped here; this answer is not finished. Please ask again.',
  length: 'The answer reached its longest length here. Ask me to go on.',
  content_filter: 'The language model refused to go on here.',
  stopped: 'Stopped here.',
};

/** The parts of the answer itself; the one behind the last message has no limit. A fence that is still open is closed. */
const splitBody = (pieces: readonly AnswerPiece[], size: SizeInParts): readonly MessagePart[] => {
  const splitter = createMessageSplitter({
    measure: size.measure,
    limitOf: (index) => limitOfPart(size, index),
  });
  const lastWord = pieces.findLastIndex(hasWord);
  if (lastWord < 0) splitter.append('_There is no answer._');
  for (const [index, { text, mark }] of pieces.slice(0, lastWord + 1).entries()) {
    if (mark) splitter.appendMark(text);
    else splitter.append(index === lastWord ? text.trimEnd() : text);
  }
  return [...splitter.sealed(), splitter.end()];
};

type Shape = Omit<FinalReply, 'holds'>;

/** Messages that are full, and what comes behind them. */
interface Overfull {
  readonly messages: readonly string[];
  readonly rest: string;
  /** Repeated in the channel; empty for none. */
  readonly sources: string;
}

/** The blank lines at the end of the last message go over into the file, where nobody sees them. */
const withFile = ({ messages, rest, sources }: Overfull, size: SizeInParts): Shape => {
  const last = messages.at(-1) ?? '';
  const blank = /\n\s*$/.exec(last)?.[0] ?? '';
  const text = last.slice(0, last.length - blank.length) + blankLine + goesOnLine;
  const withSources = sources === '' ? text : text + blankLine + sources;
  const fits = size.measure(withSources) <= size.maxPart;
  return {
    parts: [...messages.slice(0, -1), fits ? withSources : text],
    file: { name: 'answer.md', text: blank + rest },
  };
};

/** What the last message can't take whole goes on in messages of its own. */
const withTail = (
  messages: readonly string[],
  tail: readonly string[],
  size: SizeInParts,
): Shape => {
  const { measure, maxPart, maxParts } = size;
  const whole = (messages.at(-1) ?? '') + tail.join('');
  if (measure(whole) <= maxPart) return { parts: [...messages.slice(0, -1), whole] };
  if (messages.length >= maxParts)
    return withFile({ messages, rest: tail.join(''), sources: '' }, size);
  const splitter = createMessageSplitter({
    measure,
    limitOf: (index) => {
      const { all } = limitOfPart(size, messages.length + index);
      return { text: all, all };
    },
  });
  splitter.append(tail.join('').slice(blankLine.length));
  const more = [...splitter.sealed(), splitter.end()].map(textOfPart);
  const beforeTail = messages.map((text, index) =>
    index < messages.length - 1 ? text : text + blankLine,
  );
  const parts = [...beforeTail, ...more].slice(0, maxParts);
  const rest = more.slice(maxParts - messages.length).join('');
  return rest === '' ? { parts } : withFile({ messages: parts, rest, sources: '' }, size);
};
