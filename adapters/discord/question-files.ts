/** Reads which files came with a message. */
import * as z from 'zod';
import type { QuestionFile } from '../../src/domain/turn.ts';
import { snowflake } from './snowflake.ts';

const fileSchema = z.object({
  id: snowflake,
  filename: z.string().min(1),
  size: z.number().nonnegative().catch(0),
});

/** In the message's order. Empty for anything that is no list of files. @see https://docs.discord.com/developers/resources/message#attachment-object */
export const questionFiles = (attachments: unknown): readonly QuestionFile[] =>
  (Array.isArray(attachments) ? attachments : []).flatMap((attachment: unknown) => {
    const { success, data } = fileSchema.safeParse(attachment);
    return success ? [{ id: data.id, name: data.filename, sizeBytes: data.size }] : [];
  });

/** What a message with files and without a word asks. Empty when there are no files either. */
export const questionAbout = (files: readonly QuestionFile[] = []): string =>
  files.length === 0 ? '' : `What is in ${files.map(({ name }) => name).join(' and ')}?`;
