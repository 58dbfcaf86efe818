/** A message that stands in Slack without the bot having been told: the test sends its events itself, as often and in the order it likes. */
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts';

type Event = Readonly<Record<string, unknown>>;

export interface Posted {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string;
  /** The two that Slack sends for one message with a mention. */
  readonly events: { readonly mention: Event; readonly message: Event };
}

/** @param typed As a person types it; the mention of the bot is put before it. */
export const postUntold = async (
  slack: FakeSlack,
  typed: {
    readonly channel: string;
    readonly user: string;
    readonly text: string;
    readonly threadTs?: string;
  },
): Promise<Posted> => {
  const { channel, user } = typed;
  const { ts, threadTs, clientMsgId } = await slack.mention({ ...typed, events: [] });
  const shared = {
    ...{ user, ts, channel, event_ts: ts, team: slack.team.id, client_msg_id: clientMsgId },
    text: `<@${slack.team.botUserId}> ${typed.text}`.trim(),
    ...(threadTs === ts ? {} : { thread_ts: threadTs }),
  };
  return {
    ...{ channel, ts, threadTs },
    events: {
      mention: { type: 'app_mention', ...shared },
      message: { type: 'message', channel_type: 'channel', ...shared },
    },
  };
};
