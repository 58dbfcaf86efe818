/** Reads what the product has stored, as the tests assert it. */
import type { TurnId } from '../../../src/domain/ids.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import { slackConversationKey, slackTurnId } from '../../../src/domain/turn-id.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
}

export const turnIdOf = (world: World, { channel, ts }: SlackMessage): TurnId =>
  slackTurnId({ team: world.slack.team.id, channel, ts });

/** The turns of a Slack thread, oldest first; empty when nothing of it is stored. */
export const turnsInThread = async (
  world: World,
  { channel, threadTs }: { readonly channel: string; readonly threadTs: string },
): Promise<readonly Turn[]> => {
  const { conversations, turns } = await world.openStore();
  const key = slackConversationKey({ team: world.slack.team.id, channel, rootTs: threadTs });
  const conversation = await conversations.findConversation(key);
  return conversation === undefined ? [] : turns.listTurns(conversation.id);
};

/** The turn as soon as it is stored in this state; rejects after `timeoutMs` (default 20,000). */
export const turnInState = async (
  world: Pick<World, 'openStore'>,
  { id, state }: { readonly id: TurnId; readonly state: Turn['state'] },
  { timeoutMs = 20_000 }: { readonly timeoutMs?: number } = {},
): Promise<Turn> => {
  const { turns } = await world.openStore();
  const look = async () => {
    const turn = await turns.getTurn(id);
    return turn?.state === state && turn;
  };
  return until(look, { what: `${id} is ${state}`, timeoutMs });
};
