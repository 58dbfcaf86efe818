/** Takes in what people write without a mention where we have spoken: in a thread, or as a reply to one of our messages. */
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { ask } from './ask.ts';
import type { Heard } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordMessage } from './parse-message.ts';
import { madeAtMs } from './snowflake.ts';

/** How many turns of a conversation are looked at to see whether we spoke there. */
const lastTurns = 50;

type TakeUnprompted = (deps: ListenerDeps, heard: Heard, conversationKey: string) => Promise<void>;

/**
 * Who has asked in a conversation is understood there without a mention from then on; what they wrote before was for others, and a look back finds it too. To
 * have read that one may not ask does not count. Where we only overheard them and said nothing they talk to others; where we answered unasked, what follows is
 * overheard too. What is said to somebody by name, or in reply to them, is theirs.
 */
export const takeFollowUp = async (
  deps: ListenerDeps,
  heard: Heard,
  {
    conversation,
    takeUnprompted,
  }: { readonly conversation: Conversation; readonly takeUnprompted: TakeUnprompted },
): Promise<void> => {
  const { turns, behaviour } = deps;
  const { id, key } = conversation;
  const { user, id: message, isToOthers } = heard.message;
  if (!behaviour.followUps || isToOthers || !(await turns.hasAsked(id, user))) return;
  const question = { conversationKey: key };
  const all = await turns.listTurns(id, { last: lastTurns });
  const ofThem = all.filter(({ asker }) => asker === user);
  const theirs = ofThem.filter(mayBeFollowedBy(message));
  // Without any they asked longer ago than we look.
  if (ofThem.length > 0 && theirs.length === 0) return;
  if (heard.place.listen !== 'all') return ask(deps, heard, question);
  if (theirs.some(({ unprompted }) => unprompted !== true)) return ask(deps, heard, question);
  if (theirs.some(hasSpoken)) await takeUnprompted(deps, heard, key);
};

/**
 * Outside of a thread a reply joins the conversation of the answer that it replies to: from anybody when it rings, else as a follow-up. False when the message
 * of ours tells of no answer that we know.
 */
export const takeReply = async (
  deps: ListenerDeps,
  heard: Heard,
  { takeUnprompted }: { readonly takeUnprompted: TakeUnprompted },
): Promise<boolean> => {
  const conversation = await conversationOf(deps, heard.message);
  if (conversation === undefined) return false;
  if (heard.message.isMention) await ask(deps, heard, { conversationKey: conversation.key });
  else await takeFollowUp(deps, heard, { conversation, takeUnprompted });
  return true;
};

const conversationOf = async (
  deps: ListenerDeps,
  message: DiscordMessage,
): Promise<Conversation | undefined> => {
  const turn = await turnRepliedTo(deps, message);
  return turn && deps.conversations.getConversation(turn.conversationId);
};

/** Messages between the first and the last of a long answer, and the first of a command's, tell nothing: which turn they are parts of is stored. */
const turnRepliedTo = async (
  { turns }: ListenerDeps,
  { repliesTo = [], repliedMessage }: DiscordMessage,
): Promise<Turn | undefined> => {
  for (const id of repliesTo) {
    const turn = await turns.getTurn(id);
    if (turn?.platform === 'discord') return turn;
  }
  return repliedMessage === undefined ? undefined : turns.findTurnByPart('discord', repliedMessage);
};

const mayBeFollowedBy =
  (message: string) =>
  ({ askedAt, error }: Turn): boolean =>
    askedAt.getTime() <= madeAtMs(message) && error?.code !== 'asking_not_allowed';

const hasSpoken = ({ parts }: Turn): boolean => parts.length > 0;
