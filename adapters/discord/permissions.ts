/** What the bot asks of a Discord server: every permission it uses, with what is lost without it. */
import { PermissionFlagsBits } from 'discord-api-types/v10';

export interface Permission {
  /** As Discord's pages show it. */
  readonly name: string;
  readonly bit: bigint;
  /** What is lost without it, as the end of "needed …". */
  readonly purpose: string;
  /** Needed only where a place has this setting. */
  readonly onlyFor?: 'answeredTag';
}

const permission = (name: keyof typeof PermissionFlagsBits, title: string, purpose: string) => ({
  name: title,
  bit: PermissionFlagsBits[name],
  purpose,
});

/**
 * The link to invite the bot, the doctor's check and the table in `docs/discord.md` follow from this list.
 *
 * Slash commands need no permission but the scope `applications.commands`; answers to them, and what only one person sees, need none either.
 *
 * @see https://docs.discord.com/developers/topics/permissions
 */
export const permissions: readonly Permission[] = [
  permission('ViewChannel', 'View Channels', 'to be told of messages'),
  permission(
    'SendMessages',
    'Send Messages',
    'to answer in a channel, and to show that it works on an answer',
  ),
  permission(
    'CreatePublicThreads',
    'Create Public Threads',
    'to answer a mention in a thread of its own; without it the answer is a reply in the channel',
  ),
  permission(
    'SendMessagesInThreads',
    'Send Messages in Threads',
    'to answer in threads and in the posts of a forum',
  ),
  permission('AttachFiles', 'Attach Files', 'to attach the rest of a long answer'),
  permission(
    'ReadMessageHistory',
    'Read Message History',
    'to reply to a question, to find what was asked while it was away, to read a thread that it is called into and what a mention replies to, and to find its own messages there',
  ),
  {
    ...permission(
      'ManageThreads',
      'Manage Threads',
      'to tag a post of a forum when it is answered',
    ),
    onlyFor: 'answeredTag',
  },
];

/** The sum of the bits, as a decimal number. */
export const permissionsInteger = (options: { readonly answeredTags: boolean }): string =>
  permissions
    .filter(({ onlyFor }) => onlyFor === undefined || options.answeredTags)
    .reduce((sum, { bit }) => sum | bit, 0n)
    .toString();

/**
 * Where somebody who manages a server adds the bot to it, with exactly the permissions that are used.
 *
 * @see https://docs.discord.com/developers/topics/oauth2#bot-authorization-flow
 */
export const inviteUrl = (
  applicationId: string,
  options: { readonly answeredTags: boolean } = { answeredTags: false },
): string => {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: 'bot applications.commands',
    permissions: permissionsInteger(options),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
};
