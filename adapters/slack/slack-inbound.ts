/** The listening half of Slack: events become turns before they are acknowledged. */
import { App } from '@slack/bolt';
import type { CancelTurn } from '../../src/conversation/cancel-turn.ts';
import type { ReceiveQuestion } from '../../src/conversation/receive-question.ts';
import type { Audience } from '../../src/domain/audience.ts';
import type { DialogId } from '../../src/domain/ids.ts';
import { slackConversationKey, slackTurnId } from '../../src/domain/turn-id.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConversationStore } from '../../src/ports/conversation-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import { type AudienceOf, createAudienceOf } from './audience.ts';
import type { SlackInstallations } from './installations.ts';
import { botUserIdIn, parseEvent, type SlackMessage } from './parse-event.ts';
import { writeAddress } from './reply-address.ts';
import { type SlackClientSettings, slackClientOptions } from './slack-client.ts';
import { createSlackReceiver } from './slack-receiver.ts';
import type { BotTokenOf, SlackWorkspaces } from './slack-workspaces.ts';
import { takeUninstall } from './take-uninstall.ts';

export interface SlackInboundSettings extends Omit<SlackClientSettings, 'botToken'> {
  readonly signingSecret: string;
}

/** What the configuration says about a channel. */
export interface SlackPlace {
  readonly dialogId: DialogId;
  /** Stands above what Slack says of the asker and the channel. */
  readonly audience?: Audience;
}

export interface SlackInboundDeps {
  readonly settings: SlackInboundSettings;
  readonly workspaces: SlackWorkspaces;
  readonly botTokenOf: BotTokenOf;
  /** Undefined where the one workspace's token stands in the configuration. */
  readonly installations?: Pick<SlackInstallations, 'removeRefused'> | undefined;
  readonly receiveQuestion: ReceiveQuestion;
  readonly cancelTurn: CancelTurn;
  readonly conversations: Pick<ConversationStore, 'findConversation'>;
  readonly turns: Pick<TurnStore, 'hasAsked'>;
  readonly placeOf: (channel: string) => SlackPlace;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SlackInbound {
  /** For `POST /slack/events`. */
  handle(request: Request): Promise<Response>;
}

const maxNameChars = 80;

/** Calls nothing of Slack's before the first event: it starts, and answers, while Slack is away. */
export const createSlackInbound = (deps: SlackInboundDeps): SlackInbound => {
  const { settings, clock, log } = deps;
  const audienceOf = createAudienceOf(deps);
  const receiver = createSlackReceiver({
    signingSecret: settings.signingSecret,
    now: clock.now,
    log,
  });
  const clientOptions = slackClientOptions(settings);
  const app = new App({
    receiver,
    // Every event of a bot's installation tells the bot's user; asking Slack is for the one that does not.
    authorize: async ({ teamId = '', enterpriseId }, body) => {
      const workspace = { team: teamId, enterprise: enterpriseId };
      return {
        botToken: await deps.botTokenOf(workspace),
        botUserId: botUserIdIn(body) ?? (await deps.workspaces.of(workspace).identity()).userId,
      };
    },
    convoStore: false,
    tokenVerificationEnabled: false,
    clientOptions,
    ...(clientOptions.logger === undefined ? {} : { logger: clientOptions.logger }),
  });
  const take = ({ body, context }: { body: unknown; context: { botUserId?: string } }) =>
    takeEvent({ ...deps, audienceOf }, body, context.botUserId);
  app.event('app_mention', take);
  app.event('message', take);
  takeUninstall(app, deps);
  return { handle: receiver.handle };
};

const takeEvent = async (
  deps: SlackInboundDeps & { readonly audienceOf: AudienceOf },
  body: unknown,
  botUserId: string | undefined,
): Promise<void> => {
  const incoming = parseEvent(body, botUserId);
  switch (incoming.kind) {
    case 'question':
      return takeQuestion(deps, incoming.message);
    case 'follow-up-candidate':
      if (await isFollowUp(deps, incoming.message)) await takeQuestion(deps, incoming.message);
      return;
    case 'deleted':
      await deps.cancelTurn(slackTurnId(incoming), { removeReply: true });
      return;
    case 'ignored':
      if (incoming.reason === 'unknown_shape') deps.log.warn('slack event of an unknown shape');
      return;
  }
};

const isFollowUp = async (deps: SlackInboundDeps, message: SlackMessage): Promise<boolean> => {
  const conversation = await deps.conversations.findConversation(slackConversationKey(message));
  return conversation !== undefined && deps.turns.hasAsked(conversation.id, message.user);
};

const takeQuestion = async (
  deps: SlackInboundDeps & { readonly audienceOf: AudienceOf },
  message: SlackMessage,
): Promise<void> => {
  const { team, channel, ts, rootTs, user } = message;
  const place = deps.placeOf(channel);
  const audience = place.audience ?? (await deps.audienceOf(message));
  const { enterprise } = message;
  const replyTo = writeAddress({ team, enterprise, channel, threadTs: rootTs, ts, user });
  await deps.receiveQuestion({
    conversation: {
      key: slackConversationKey(message),
      dialogId: place.dialogId,
      name: [...message.text].slice(0, maxNameChars).join('') || 'Slack thread',
      platform: 'slack',
      place: channel,
      audience,
      userId: user,
    },
    turn: {
      id: slackTurnId(message),
      platform: 'slack',
      question: { text: message.text },
      askedAt: new Date(Math.trunc(Number(ts) * 1_000)),
      asker: user,
      audience,
      replyTo,
      ...(message.clientMsgId === undefined ? {} : { clientMsgId: message.clientMsgId }),
    },
  });
};
