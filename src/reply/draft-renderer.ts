/** The growing answer as messages: what is full is rendered once, what is open as often as it is shown. */
import type { Reference } from '../domain/reference.ts';
import type { AnswerPiece } from '../ports/speaker.ts';
import { closeMarkdown } from './close-markdown.ts';
import { blankLine, limitOfPart, type MessageSize, textOfPart } from './message-part.ts';
import { createCitationNumbering } from './number-citations.ts';
import { type Dialects, openDialectOf } from './speak-dialect.ts';
import { createMessageSplitter } from './split-message.ts';

export interface DraftPart {
  readonly index: number;
  /** Half-open Markdown closed, a half-written citation held back. */
  readonly markdown: string;
  /** UTF-16 units from the beginning of `markdown` that stand in every later draft of this part. */
  readonly committedChars: number;
  /** Full: no later draft changes it. */
  readonly sealed: boolean;
}

export interface DraftRenderer {
  append(piece: string): void;
  /** All parts now; a sealed part is the same object every time. At most `maxParts`: what goes beyond is not shown in drafts. */
  parts(): readonly DraftPart[];
}

/**
 * However the answer is cut into pieces, the parts are the same, and cut where the final cuts them. `append` is linear in the piece, `parts` in the open
 * part. Not in any draft: what was not decided when the stream ended, and the sources; both come with the final.
 *
 * @param reference What the model saw: `[ID:n]` is its `chunks[n]`.
 */
export const createDraftRenderer = (
  size: MessageSize & Dialects & { readonly maxParts: number },
  reference: Reference,
): DraftRenderer => {
  const numbering = createCitationNumbering(reference);
  const dialect = openDialectOf(size);
  const splitter = createMessageSplitter({
    measure: size.measure,
    limitOf: (index) => limitOfPart(size, index),
  });
  const full: DraftPart[] = [];
  let halfCharacter = '';

  const add = ({ text, mark }: AnswerPiece): void => {
    if (mark) splitter.appendMark(text);
    else splitter.append(text);
  };
  const openPart = (): DraftPart | undefined => {
    const { before, body, after, fixedChars } = splitter.open();
    const pending = dialect.pending();
    if (body.trim() === '' && pending === '') return undefined;
    const text = after === '' ? body.trimEnd() : body;
    const fixed = Math.min(fixedChars, text.length);
    const closed = after === '' ? closeMarkdown(text, fixed) : text + after;
    const whole = [closed, pending].filter((one) => one !== '').join(blankLine);
    const fits = [whole, closed, text].find((one) => size.measure(before + one) <= size.maxPart);
    if ((fits ?? text) === '') return undefined;
    return {
      index: full.length,
      markdown: before + (fits ?? text),
      committedChars: before.length + fixed,
      sealed: false,
    };
  };

  return {
    append(piece) {
      if (full.length >= size.maxParts) return;
      const text = halfCharacter + piece;
      halfCharacter = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? '';
      for (const one of numbering.push(text.slice(0, text.length - halfCharacter.length)))
        for (const spoken of dialect.push(one)) add(spoken);
      for (const part of splitter.sealed().slice(full.length, size.maxParts)) {
        const markdown = textOfPart(part);
        full.push({
          index: full.length,
          markdown,
          committedChars: markdown.length,
          sealed: true,
        });
      }
    },
    parts() {
      const open = full.length < size.maxParts ? openPart() : undefined;
      return open === undefined ? [...full] : [...full, open];
    },
  };
};
