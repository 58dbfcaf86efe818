/** The pieces of an answer in the platform's own Markdown, or as they are where it needs none. */
import type { AnswerPiece, MarkdownDialect, Speaker } from '../ports/speaker.ts';

const asItIs: MarkdownDialect = { push: (piece) => [piece], pending: () => '', end: () => [] };

export type Dialects = Pick<Speaker, 'openDialect'>;

export const openDialectOf = ({ openDialect }: Dialects): MarkdownDialect =>
  openDialect?.() ?? asItIs;

/** The finished answer. */
export const speakDialect = (
  pieces: readonly AnswerPiece[],
  dialects: Dialects,
): readonly AnswerPiece[] => {
  const dialect = openDialectOf(dialects);
  return [...pieces.flatMap((piece) => dialect.push(piece)), ...dialect.end()];
};
