/** Makes a question of what somebody wrote, if the rules of the place let them ask. */
import { refusalFor } from '../../src/conversation/receive-question.ts';
import { discordConversationKey, discordTurnId } from '../../src/domain/turn-id.ts';
import { type Heard, isInThread, isPost, questionTextOf, takesThreads } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordAddress } from './reply-address.ts';
import type { Asking, Verdict } from './rules.ts';
import { madeAtMs } from './snowflake.ts';
import { type DiscordQuestion, storeQuestion } from './store-question.ts';

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
  const unanswerable = refusalFor(text) !== undefined;
  const asking = await askingOf(deps, heard, { text, unprompted, unanswerable });
  const verdict = deps.rules.judge(asking);
  if (verdict === 'blocked' || verdict === 'told_to_wait') return;
  if (unprompted && verdict !== 'allowed') return;
  const isRefused = verdict !== 'allowed' || unanswerable;
  const thread = isInThread(heard) ? message.channel : message.id;
  const repliedTo = repliedToOthers(heard);
  await storeQuestion(deps, {
    id: discordTurnId(message.id),
    conversationKey: conversationKey ?? discordConversationKey(thread),
    address: addressOf(deps, heard, { ownThread: ownThread && !isRefused, readThread, repliedTo }),
    place,
    question: { text, ...(message.files === undefined ? {} : { files: message.files }) },
    askedAt: new Date(madeAtMs(message.id)),
    ...refusalOf(deps, asking, verdict),
    ...(unprompted ? { unprompted: true } : {}),
    ...(readThread || repliedTo !== undefined ? { readThread: true } : {}),
  });
};

const askingOf = async (
  { view }: ListenerDeps,
  { message, place }: Heard,
  asked: Pick<Asking, 'text' | 'unprompted' | 'unanswerable'>,
): Promise<Asking> => {
  const { id, user, guild } = message;
  const needsRoles = place.rules.roles.length > 0 && guild !== undefined;
  const roles = needsRoles ? (message.roles ?? (await view.rolesOf(guild, user))) : [];
  return { ...asked, place, user, roles, id, atMs: madeAtMs(id) };
};

const refusalOf = (
  { rules }: ListenerDeps,
  asking: Asking,
  verdict: Exclude<Verdict, 'blocked' | 'told_to_wait'>,
): Pick<DiscordQuestion, 'refusal'> => {
  if (verdict === 'allowed') return {};
  const isTooFast = verdict === 'asking_too_fast';
  return {
    refusal: { code: verdict, ...(isTooFast ? { retryAfterMs: rules.waitMs(asking) } : {}) },
  };
};

/** Who calls us in reply to somebody else asks about what they reply to. */
const repliedToOthers = ({ message }: Heard): string | undefined =>
  message.isMention && message.repliesTo === undefined ? message.repliedMessage : undefined;

const addressOf = (
  { behaviour }: ListenerDeps,
  { message, channel, place }: Heard,
  {
    ownThread,
    readThread,
    repliedTo,
  }: {
    readonly ownThread: boolean;
    readonly readThread: boolean;
    readonly repliedTo: string | undefined;
  },
): DiscordAddress => ({
  channel: message.channel,
  ...(message.guild === undefined ? {} : { guild: message.guild }),
  user: message.user,
  message: message.id,
  ...(ownThread && channel !== undefined && takesThreads(channel)
    ? { threadArchiveMinutes: String(behaviour.archiveAfterMinutes) }
    : {}),
  ...(repliedTo === undefined ? {} : { repliedTo }),
  ...(repliedTo === undefined || readThread ? {} : { reads: 'replied' as const }),
  ...(channel !== undefined && isPost(channel) && place.answeredTag !== undefined
    ? { answeredTag: place.answeredTag }
    : {}),
});
