/** Cuts a passage into what can be quoted on its own: sentences, list items, table rows, code blocks. */
import { splitSentences } from '../../chat/split-sentences.ts';
import type { Chunk } from '../../domain/chunk.ts';
import { closesFence, fenceOpening } from '../../domain/split-code.ts';

export interface Quotable {
  /** Whole lines or whole sentences of the passage, word for word. A table row comes with the head of its table. */
  readonly text: string;
  /** What it is about: the headings above it, and a row's cells behind the names of their columns. For comparing, never shown. */
  readonly gist: string;
}

const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const listItem = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/;
const tableLine = /^\s*\|/;
const delimiterRow = /^[\s|:-]+$/;

/** In the passage's order; none blank. Headings are never quoted. Linear in the text. */
export const splitPassage = (chunk: Chunk): readonly Quotable[] => {
  const above = [...new Set([chunk.documentTitle, ...chunk.place.titlePath])];
  let title = above.join(' > ');
  return groupLines(chunk.text).flatMap((lines): Quotable[] => {
    const [first = ''] = lines;
    const text = lines.join('\n');
    const named = heading.exec(first)?.[1];
    if (named !== undefined) {
      title = [...new Set([...above, named])].join(' > ');
      return [];
    }
    if (fenceOpening.test(first)) return [{ text, gist: `${title}: ${text}` }];
    if (tableLine.test(first)) return quoteRows(lines, title);
    if (listItem.test(first))
      return [{ text: text.trim(), gist: `${title}: ${text.replace(listItem, '')}` }];
    return sentencesOf(text).map((sentence) => ({
      text: sentence,
      gist: `${title}: ${sentence}`,
    }));
  });
};

/** Lines that belong together: a heading, a fence, a table, a list item with its continuation, a paragraph. */
const groupLines = (text: string): string[][] => {
  const groups: string[][] = [];
  let current: string[] = [];
  let fence: string | undefined;
  const begin = (): void => {
    if (current.length > 0) groups.push(current);
    current = [];
  };
  for (const line of text.split('\n')) {
    if (fence !== undefined) {
      current.push(line);
      if (!closesFence(line, fence)) continue;
      fence = undefined;
      begin();
      continue;
    }
    fence = fenceOpening.exec(line)?.[1];
    const continuesTable = tableLine.test(line) && tableLine.test(current[0] ?? '');
    const isOwn =
      fence !== undefined || heading.test(line) || listItem.test(line) || tableLine.test(line);
    const endsGroup = tableLine.test(current[0] ?? '') || heading.test(current[0] ?? '');
    if (line.trim() === '' || (isOwn && !continuesTable) || (endsGroup && !continuesTable)) begin();
    if (line.trim() !== '') current.push(line);
  }
  begin();
  return groups;
};

/** A table without a delimiter row has no head: its rows stand alone. */
const quoteRows = (lines: readonly string[], title: string): Quotable[] => {
  const hasHead = delimiterRow.test(lines[1] ?? '') && lines.length > 2;
  const head = hasHead ? lines.slice(0, 2) : [];
  const columns = cellsOf(head[0] ?? '');
  return lines.slice(head.length).map((row) => {
    const cells = cellsOf(row).map((cell, at) => (columns[at] ? `${columns[at]}: ${cell}` : cell));
    return { text: [...head, row].join('\n'), gist: `${title}: ${cells.join('; ')}` };
  });
};

const cellsOf = (row: string): string[] =>
  row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** Each with the punctuation that ends it. */
const sentencesOf = (paragraph: string): string[] => {
  const sentences: string[] = [];
  let sentence = '';
  const end = (): void => {
    if (/[\p{L}\p{N}]/u.test(sentence)) sentences.push(sentence.trim());
    sentence = '';
  };
  for (const { text } of splitSentences(paragraph.replaceAll('\n', ' '))) {
    sentence += text;
    // The pieces also end at semicolons, but half a sentence is no quote.
    if (/^[.?!。？！]/u.test(text)) end();
  }
  end();
  return sentences;
};
