/** Takes in direct messages: there are no threads, so silence or a word of the person's ends a conversation. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { discordConversationKey } from '../../src/domain/turn-id.ts';
import { ask } from './ask.ts';
import type { Heard } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { madeAtMs } from './snowflake.ts';

/** Before the id of the channel: names the place of a conversation pointer. */
export const directPrefix = 'discord-dm-';

const silenceMs = 24 * 60 * 60_000;
const newTopic = /^[^\p{L}\p{N}]*new topic[^\p{L}\p{N}]*$/iu;
/** What is taken in again by a look back was confirmed before, and its nonce holds for some minutes only. */
const confirmWithinMs = 2 * 60_000;
const confirmation = 'A new topic, then. What would you like to know?';

/**
 * Every message is a question. It goes on with the conversation before it, unless that was silent for a day or the person wrote "new topic" alone, which is
 * confirmed for two minutes.
 * Throws `store_unavailable`, and `platform_*` for the answer to "new topic".
 */
export const takeDirect = async (deps: ListenerDeps, heard: Heard): Promise<void> => {
  const { id, channel, user, text } = heard.message;
  if (deps.rules.blocks(heard.place, user)) return;
  const candidate = discordConversationKey(id);
  const beginsAnew = newTopic.test(text);
  const conversationKey = await deps.pointers.currentConversation(`${directPrefix}${channel}`, {
    candidate,
    at: new Date(madeAtMs(id)),
    silenceMs: beginsAnew ? 0 : silenceMs,
  });
  if (!beginsAnew) return ask(deps, heard, { conversationKey });
  const isFresh = deps.clock.now() - madeAtMs(id) < confirmWithinMs;
  if (conversationKey === candidate && isFresh) await confirm(deps, { id, channel });
};

/** The nonce makes a second try harmless. */
const confirm = async (
  { api }: Pick<ListenerDeps, 'api'>,
  { id, channel }: { readonly id: string; readonly channel: string },
): Promise<void> => {
  const body = {
    content: confirmation,
    nonce: id,
    enforce_nonce: true,
    allowed_mentions: { parse: [] },
  };
  const route = Routes.channelMessages(channel);
  await api.call({ method: 'POST', route, body }, { answer: z.unknown() });
};
