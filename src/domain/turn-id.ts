/** How conversations and turns are named after the platform's own ids, so that the same event always finds the same rows. */
import type { ConversationId, TurnId } from './ids.ts';
import { asId } from './ids.ts';

/** A Slack thread: the root's `ts`, in a direct message too (`thread_ts ?? ts`). */
export const slackConversationKey = (thread: {
  readonly team: string;
  readonly channel: string;
  readonly rootTs: string;
}): string => `slack-${thread.team}-${thread.channel}-${thread.rootTs}`;

/** One Slack message is one turn, however many events tell of it. */
export const slackTurnId = (message: {
  readonly team: string;
  readonly channel: string;
  readonly ts: string;
}): TurnId => asId(`slack-${message.team}-${message.channel}-${message.ts}`);

export const httpConversationKey = (id: ConversationId): string => `http-${id}`;

/** `messageId` is the client's; the same id again replays that turn. */
export const httpTurnId = (conversationId: ConversationId, messageId: string): TurnId =>
  asId(`http-${conversationId}-${messageId}`);

/** A slash command or a shortcut has no message: `digest` is a hash of the trigger that Slack made for it. Its conversation has this id as key too. */
export const slackCommandTurnId = (command: {
  readonly team: string;
  readonly digest: string;
}): TurnId => asId(`slack-${command.team}-t${command.digest}`);

/** The `n`-th time, from 1, that a turn's question is answered again. */
export const repeatTurnId = (id: TurnId, n: number): TurnId => asId(`${id}-r${n}`);

/**
 * By the id of the thread, or, before it exists, of the message that it will be made on: Discord gives a thread that is made on a message the message's id.
 *
 * @see https://docs.discord.com/developers/topics/threads
 */
export const discordConversationKey = (threadOrRootMessage: string): string =>
  `discord-${threadOrRootMessage}`;

export const discordTurnId = (messageId: string): TurnId => asId(`discord-${messageId}`);

/** A command has no message; its conversation has this id as key too. */
export const discordInteractionTurnId = (interactionId: string): TurnId =>
  asId(`discord-i${interactionId}`);
