/** Renders a passage for the prompt. */
import type { Chunk } from '../domain/chunk.ts';
import { neutralisePassage } from './neutralise-passage.ts';

/**
 * One passage of the knowledge block in RAGFlow's tree lines: number, title, headings, then the text between tags that it can't close.
 * Joined without anything between, such passages are the block.
 *
 * @param index What `[ID:n]` counts, from 0.
 */
export const renderPassage = (chunk: Chunk, index: number): string => {
  const headings = chunk.place.titlePath.filter((heading) => heading !== chunk.documentTitle);
  return [
    '\n------\n',
    `ID: ${index}`,
    ...treeLine('Title', chunk.documentTitle),
    ...treeLine('Section', headings.join(' > ')),
    '└── Content:',
    '<passage>',
    neutralisePassage(chunk.text.trim()),
    '</passage>\n',
  ].join('\n');
};

const treeLine = (label: string, value: string): string[] => {
  const flat = neutralisePassage(value).replace(/\s+/g, ' ').trim();
  return flat === '' ? [] : [`├── ${label}: ${flat}`];
};
