/** Takes in what people write in Discord: questions, follow-ups, posts in forums, and what is overheard. */
import { discordConversationKey } from '../../src/domain/turn-id.ts';
import { ask } from './ask.ts';
import { beginsPost, type Heard, hear, isInThread } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordMessage } from './parse-message.ts';
import { madeAtMs } from './snowflake.ts';
import { takeDirect } from './take-direct.ts';
import { takeFollowUp, takeReply } from './take-follow-up.ts';

/** Nobody waits for an answer that nobody asked for: what was overheard and comes later than this is passed over. */
export const overheardMaxAgeMs = 5 * 60_000;

/** Resolves when what the message asks for is stored, or when it is nothing to us. Throws `store_unavailable` and `platform_*`: then it is to be taken again. */
export type TakeMessage = (message: DiscordMessage) => Promise<void>;

/** A message that comes twice, or over two sessions, is one question: its turn has its id. */
export const createTakeMessage =
  (deps: ListenerDeps): TakeMessage =>
  async (message) => {
    const heard = await hear(deps, message);
    if (heard === undefined) return;
    if (message.guild === undefined) return takeDirect(deps, heard);
    return isInThread(heard) ? takeInThread(deps, heard) : takeInChannel(deps, heard);
  };

/**
 * A post in a forum is there to be answered: where we listen to everything it is a question, whatever it says, and silence is the answer to what the documents
 * do not know.
 */
const takeInThread = async (deps: ListenerDeps, heard: Heard): Promise<void> => {
  const { message, place } = heard;
  if (beginsPost(heard) && (message.isMention || place.listen === 'all'))
    return ask(deps, heard, { unprompted: !message.isMention });
  if (message.isMention) return ask(deps, heard, { readThread: true });
  const key = discordConversationKey(message.channel);
  const conversation = await deps.conversations.findConversation(key);
  if (conversation !== undefined) await takeFollowUp(deps, heard, { conversation, takeUnprompted });
};

const takeInChannel = async (deps: ListenerDeps, heard: Heard): Promise<void> => {
  const { message, place } = heard;
  if (message.repliesTo !== undefined && (await takeReply(deps, heard, { takeUnprompted }))) return;
  if (message.isMention) return ask(deps, heard, { ownThread: true });
  if (place.listen === 'all') await takeUnprompted(deps, heard);
};

/** What is said to a person by name is theirs to answer. Answered where it was said: a thread would be made before it is known whether there is an answer. */
const takeUnprompted = async (
  deps: ListenerDeps,
  heard: Heard,
  conversationKey?: string,
): Promise<void> => {
  const { looksLikeQuestion, clock } = deps;
  const { id, text, isToOthers } = heard.message;
  const isLate = clock.now() - madeAtMs(id) > overheardMaxAgeMs;
  if (isLate || isToOthers || !looksLikeQuestion(text)) return;
  const joined = conversationKey === undefined ? {} : { conversationKey };
  await ask(deps, heard, { unprompted: true, ...joined });
};
