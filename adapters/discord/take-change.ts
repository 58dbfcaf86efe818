/** Takes in what people do to what was written before: edits, deletions, and threads or channels that disappear. */
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { discordConversationKey, discordTurnId } from '../../src/domain/turn-id.ts';
import { hear, questionTextOf } from './heard.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordMessage } from './parse-message.ts';
import { createSeenEdits } from './seen-edits.ts';
import { snowflake } from './snowflake.ts';
import type { TakeMessage } from './take-message.ts';

/** Of a conversation, to see which are still answered. */
const lastTurns = 50;

/**
 * Of a question that was stored the edit is stored, if the rules let them ask and allow the words; a message that was none becomes one when the edit calls us.
 * Throws as `TakeMessage` does.
 */
export const createTakeEdit = (deps: ListenerDeps, takeMessage: TakeMessage) => {
  const seen = createSeenEdits(deps.clock);

  const take = async (message: DiscordMessage): Promise<void> => {
    const id = discordTurnId(message.id);
    const turn = await deps.turns.getTurn(id);
    if (turn === undefined) return message.isMention ? takeMessage(message) : undefined;
    const heard = isRefused(turn) ? undefined : await hear(deps, message);
    if (heard === undefined) return;
    const { rules } = deps;
    const text = questionTextOf(heard);
    if (rules.blocks(heard.place, message.user) || !rules.allowsText(heard.place, text)) return;
    await deps.editQuestion(id, text);
  };

  return async (message: DiscordMessage): Promise<void> => {
    if (!seen.isNew(message)) return;
    await take(message);
    seen.note(message);
  };
};

/** Who may not ask does not come to it by an edit. */
const isRefused = ({ error }: Turn): boolean =>
  error?.code === 'asking_not_allowed' || error?.code === 'asking_too_fast';

const deletedSchema = z.union([
  z.object({ id: snowflake }).transform(({ id }) => [id]),
  z.object({ ids: z.array(snowflake) }).transform(({ ids }) => ids),
]);

/** One message, or several at once. What was asked in them is taken back, with its answer. Throws `store_unavailable`. */
export const takeDeletion = async (
  { cancelTurn }: Pick<ListenerDeps, 'cancelTurn'>,
  data: unknown,
): Promise<void> => {
  const { data: ids = [] } = deletedSchema.safeParse(data);
  await Promise.all(ids.map((id) => cancelTurn(discordTurnId(id), { removeReply: true })));
};

const goneSchema = z.object({ id: snowflake });

/**
 * A thread, or a channel with its threads, is gone: nobody is to work on answers in it. Gives what is to be done; which threads the channel had is known only
 * before the gateway's client has seen the event. What it gives throws `store_unavailable`.
 */
export const takeGoneChannel = (
  deps: Pick<ListenerDeps, 'view' | 'conversations' | 'turns' | 'cancelTurn'>,
  data: unknown,
): (() => Promise<void>) => {
  const { data: gone } = goneSchema.safeParse(data);
  const threads = gone === undefined ? [] : [gone.id, ...deps.view.threadsOf(gone.id)];
  return async () => {
    for (const thread of threads)
      for (const id of await openTurnsIn(deps, thread))
        await deps.cancelTurn(id, { removeReply: true });
  };
};

const openTurnsIn = async (
  { conversations, turns }: Pick<ListenerDeps, 'conversations' | 'turns'>,
  thread: string,
): Promise<readonly TurnId[]> => {
  const conversation = await conversations.findConversation(discordConversationKey(thread));
  if (conversation === undefined) return [];
  const last = await turns.listTurns(conversation.id, { last: lastTurns });
  return last.filter(({ open }) => open).map(({ id }) => id);
};
