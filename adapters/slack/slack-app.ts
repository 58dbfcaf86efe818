/** Bolt's app with all of our listeners, whichever way Slack's requests come in. */
import { App, type Receiver, type ViewSubmitAction } from '@slack/bolt';
import { actionIds, askAboutCallbackId } from './action-ids.ts';
import { createShowAppHome } from './app-home.ts';
import { createAudienceOf } from './audience.ts';
import type { ListenerDeps, SlackListeningDeps } from './listener-deps.ts';
import { botUserIdIn } from './parse-event.ts';
import { createPersonOf } from './person.ts';
import { slackClientOptions } from './slack-client.ts';
import { takeCommand } from './take-command.ts';
import { createTakeEvent } from './take-event.ts';
import { takePress } from './take-press.ts';
import { takeShortcut } from './take-shortcut.ts';
import { takeUninstall } from './take-uninstall.ts';
import { takeAskView, takeReasonView } from './take-view.ts';
import { createTellPrivately } from './tell-privately.ts';
import { askViewId, reasonViewId } from './views.ts';
import { workspaceOf } from './workspace-of.ts';

/**
 * The receiver is initialised and hands in what it took. Calls nothing of Slack's before the first request: it starts, and answers, while Slack is away.
 *
 * Listeners of events resolve when what they ask for is stored; the others call `ack` themselves.
 */
export const createSlackApp = (options: SlackListeningDeps, receiver: Receiver): App => {
  const personOf = createPersonOf(options);
  const audienceOf = createAudienceOf({ ...options, personOf });
  const tellPrivately = createTellPrivately(options);
  const deps: ListenerDeps = { ...options, personOf, audienceOf, tellPrivately };
  const app = createBoltApp(deps, receiver);

  const takeEvent = createTakeEvent(deps);
  const showAppHome = createShowAppHome(deps);
  app.event('app_mention', ({ body, context }) => takeEvent(body, context.botUserId));
  app.event('message', ({ body, context }) => takeEvent(body, context.botUserId));
  app.event('app_home_opened', ({ body }) => showAppHome(body));
  takeUninstall(app, deps);

  // A workspace may have given the command another name.
  app.command(/^\//, async ({ body, ack }) => ack(await takeCommand(deps, body)));
  app.shortcut(
    { type: 'message_action', callback_id: askAboutCallbackId },
    async ({ body, ack, respond }) => {
      await ack();
      await takeShortcut(deps, { body, respond });
    },
  );
  for (const actionId of Object.values(actionIds))
    app.action(actionId, async ({ body, ack, respond }) => {
      await ack();
      await takePress(deps, { body, respond });
    });
  app.view<ViewSubmitAction>(askViewId, async ({ body, ack }) =>
    ack(await takeAskView(deps, body)),
  );
  app.view<ViewSubmitAction>(reasonViewId, ({ body, ack }) => takeReasonView(deps, { body, ack }));
  return app;
};

const createBoltApp = ({ settings, workspaces, botTokenOf }: ListenerDeps, receiver: Receiver) => {
  const clientOptions = slackClientOptions(settings);
  // Bolt itself calls only the addresses to answer an interaction at, and waits for them without end.
  const fetchInTime: typeof fetch = (url, init) =>
    fetch(url, { ...init, signal: AbortSignal.timeout(settings.callTimeoutMs) });
  return new App({
    receiver,
    // Every event of a bot's installation tells the bot's user; asking Slack is for the one that does not. Only events need it.
    authorize: async ({ teamId = '', enterpriseId }, body) => {
      const workspace = workspaceOf(body) ?? { team: teamId, enterprise: enterpriseId };
      const botToken = await botTokenOf(workspace);
      if (body === undefined || !('event' in body)) return { botToken };
      const botUserId = botUserIdIn(body) ?? (await workspaces.of(workspace).identity()).userId;
      return { botToken, botUserId };
    },
    convoStore: false,
    tokenVerificationEnabled: false,
    clientOptions: { ...clientOptions, fetch: fetchInTime },
    ...(clientOptions.logger === undefined ? {} : { logger: clientOptions.logger }),
  });
};
