/** Reads what somebody pressed under a reply, and whether the reply is the one that its value names. */
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import { asId } from '../../src/domain/ids.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { actionIds, readFeedbackValue } from './action-ids.ts';
import { readAddress, type SlackAddress } from './reply-address.ts';
import { slackId, slackTs } from './slack-ids.ts';
import type { WorkspaceId } from './slack-workspaces.ts';
import { workspaceOf } from './workspace-of.ts';

export interface Press {
  readonly action: 'stop' | 'again' | 'passages' | 'feedback';
  /** As the value says, to be checked: a client may send any. */
  readonly turnId: TurnId;
  /** Of `feedback` alone. */
  readonly helpful: boolean;
  readonly workspace: WorkspaceId;
  readonly channel: string;
  /** Of the message that holds the button. */
  readonly ts: string;
  /** Absent: the message stands in no thread. */
  readonly threadTs: string | undefined;
  readonly user: string;
  readonly triggerId: string;
}

const pressSchema = z.object({
  trigger_id: z.string().min(1),
  user: z.object({ id: slackId }),
  container: z.object({
    channel_id: slackId,
    message_ts: slackTs,
    thread_ts: slackTs.nullish(),
  }),
  message: z.object({ thread_ts: slackTs.nullish() }).nullish(),
  actions: z.tuple([z.object({ action_id: z.string(), value: z.string() })], z.unknown()),
});
const actionOf = new Map(
  Object.entries(actionIds).map(([action, id]) => [id as string, action as Press['action']]),
);

/**
 * Undefined for what no button of ours sends.
 *
 * @see https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
export const readPress = (body: unknown): Press | undefined => {
  const parsed = pressSchema.safeParse(body);
  const workspace = workspaceOf(body);
  if (!parsed.success || workspace === undefined) return undefined;
  const { container, message, user, trigger_id, actions } = parsed.data;
  const [{ action_id, value }] = actions;
  const action = actionOf.get(action_id);
  const rating =
    action === 'feedback' ? readFeedbackValue(value) : { turnId: value, helpful: true };
  if (action === undefined || rating === undefined) return undefined;
  return {
    ...{ action, workspace, user: user.id, triggerId: trigger_id },
    turnId: asId<TurnId>(rating.turnId),
    helpful: rating.helpful,
    channel: container.channel_id,
    ts: container.message_ts,
    threadTs: container.thread_ts ?? message?.thread_ts ?? undefined,
  };
};

/** Where the message stands: workspace (or its organisation), channel, and itself. */
export type Standing = Pick<Press, 'workspace' | 'channel' | 'ts'>;

/**
 * The turn's address when the message is one of its reply's, in its workspace, channel and thread; else undefined: the value was forged, or sent again from
 * somewhere else. `threadTs` undefined is not compared.
 */
export const addressOfPressed = (
  turn: Turn,
  pressed: Standing & { readonly threadTs?: string | undefined },
): SlackAddress | undefined => {
  if (turn.platform !== 'slack') return undefined;
  const address = readAddress(turn.replyTo);
  const { workspace, channel, ts, threadTs } = pressed;
  const isHome =
    workspace.team === address.team ||
    (workspace.enterprise !== undefined && workspace.enterprise === address.enterprise);
  const isThread = threadTs === undefined || threadTs === address.threadTs;
  const isPart = turn.parts.some(({ platformId }) => platformId === ts);
  return isHome && channel === address.channel && isThread && isPart ? address : undefined;
};
