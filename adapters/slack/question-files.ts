/** Reads which files came with a message. */
import * as z from 'zod';
import type { QuestionFile } from '../../src/domain/turn.ts';
import { slackId } from './slack-ids.ts';

/** Deleted, or beyond what the workspace's plan still shows: nothing is left to read, not even a name. */
const goneModes: ReadonlySet<string> = new Set(['tombstone', 'hidden_by_limit']);

const fileSchema = z.object({
  id: slackId,
  mode: z.string().nullish().catch(undefined),
  name: z.string().nullish().catch(undefined),
  title: z.string().nullish().catch(undefined),
  size: z.number().nonnegative().nullish().catch(undefined),
});

/**
 * In the message's order. A file that lies elsewhere (`external`) or that a shared channel shows by its id alone (`check_file_info`) is among them, under what
 * name there is, its id when none: whoever reads the files asks for the name, or says that it could not be read. Empty for anything that is no list of files.
 *
 * @see https://docs.slack.dev/reference/objects/file-object
 */
export const questionFiles = (files: unknown): readonly QuestionFile[] =>
  (Array.isArray(files) ? files : []).flatMap((file: unknown) => {
    const { success, data } = fileSchema.safeParse(file);
    if (!success || goneModes.has(data.mode ?? '')) return [];
    return [{ id: data.id, name: data.name || data.title || data.id, sizeBytes: data.size ?? 0 }];
  });

/** What a message with files and without a word asks: an id says nothing to anybody. Empty when there are no files either. */
export const questionAbout = (files: readonly QuestionFile[]): string => {
  if (files.length === 0) return '';
  const named = files.filter(({ id, name }) => name !== id).map(({ name }) => name);
  const unnamed = files.length - named.length;
  const others = unnamed > 1 ? ['the attached files'] : unnamed > 0 ? ['the attached file'] : [];
  return `What is in ${[...named, ...others].join(' and ')}?`;
};
