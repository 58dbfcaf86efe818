/** Makes a question of what somebody wrote, if the rules of the place let them ask. */
import { refusalFor } from '../../src/conversation/receive-question.ts';
import { discordConversationKey, discordTurnId } from '../../src/domain/turn-id.ts';
import { type Heard, isInThread, isPost, questionTextOf, takesThreads } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordAddress } from './reply-address.ts';
import type { Verdict } from './rules.ts';
import { madeAtMs } from './snowflake.ts';
import { storeQuestion } from './store-question.ts';

export interface HowAsked {
  /** Of the conversation that it joins. Absent: that of its thread, which may be still to be made. */
  readonly conversationKey?: string;
  /** The answer gets a thread of its own, where the channel takes threads. */
  readonly ownThread?: boolean;
  readonly unprompted?: boolean;
  readonly readThread?: boolean;
}

/**
 * Resolves when it is stored, or when it is nothing to us. A refusal is told where it was asked, without a thread; of what nobody put to us none is told.
 * Throws `store_unavailable`, and `platform_*` where the asker's roles had to be asked for.
 */
export const ask = async (
  deps: ListenerDeps,
  heard: Heard,
  { conversationKey, ownThread = false, unprompted = false, readThread = false }: HowAsked,
): Promise<void> => {
  const { message, place } = heard;
  const text = questionTextOf(heard);
  const verdict = await judge(deps, heard, { text, unprompted });
  if (verdict === 'blocked' || verdict === 'told_to_wait') return;
  if (unprompted && verdict !== 'allowed') return;
  const isRefused = verdict !== 'allowed' || refusalFor(text) !== undefined;
  const thread = isInThread(heard) ? message.channel : message.id;
  await storeQuestion(deps, {
    id: discordTurnId(message.id),
    conversationKey: conversationKey ?? discordConversationKey(thread),
    address: addressOf(deps, heard, { ownThread: ownThread && !isRefused }),
    place,
    question: { text, ...(message.files === undefined ? {} : { files: message.files }) },
    askedAt: new Date(madeAtMs(message.id)),
    ...(verdict === 'allowed' ? {} : { refusal: verdict }),
    ...(unprompted ? { unprompted: true } : {}),
    ...(readThread ? { readThread: true } : {}),
  });
};

const judge = async (
  { rules, view }: ListenerDeps,
  { message, place }: Heard,
  asked: { readonly text: string; readonly unprompted: boolean },
): Promise<Verdict> => {
  const { id, user, guild } = message;
  const needsRoles = place.rules.roles.length > 0 && guild !== undefined;
  const roles = needsRoles ? (message.roles ?? (await view.rolesOf(guild, user))) : [];
  return rules.judge({ ...asked, place, user, roles, id, atMs: madeAtMs(id) });
};

const addressOf = (
  { behaviour }: ListenerDeps,
  { message, channel, place }: Heard,
  { ownThread }: { readonly ownThread: boolean },
): DiscordAddress => ({
  channel: message.channel,
  ...(message.guild === undefined ? {} : { guild: message.guild }),
  user: message.user,
  message: message.id,
  ...(ownThread && channel !== undefined && takesThreads(channel)
    ? { threadArchiveMinutes: String(behaviour.archiveAfterMinutes) }
    : {}),
  ...(channel !== undefined && isPost(channel) && place.answeredTag !== undefined
    ? { answeredTag: place.answeredTag }
    : {}),
});
