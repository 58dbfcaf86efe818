/** Marks a post of a forum as answered, by a tag of the forum. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { snowflake } from './snowflake.ts';

const postSchema = z.object({ applied_tags: z.array(snowflake).nullish() });
const maxTags = 5;

/** Keeps the post's other tags; a post that has five already stays as it is. Never rejects: the answer stands, and a tag that can't be added is a line in the log. */
export const addAnsweredTag = async (
  { call, log }: Pick<DiscordSpeech, 'call' | 'log'>,
  { channel, tag }: { readonly channel: string; readonly tag: string },
): Promise<void> => {
  const route = Routes.channel(channel);
  try {
    const post = await call({ method: 'GET', route }, { answer: postSchema });
    const tags = post.applied_tags ?? [];
    if (tags.includes(tag) || tags.length >= maxTags) return;
    const body = { applied_tags: [...tags, tag] };
    await call({ method: 'PATCH', route, body }, { answer: z.unknown() });
  } catch (error) {
    log.warn('post not marked as answered', { channel, code: toBotError(error).code });
  }
};
