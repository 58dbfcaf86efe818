/** The listening half of Slack as the configuration wants it: events by HTTP, over Socket Mode, or both into one Bolt app. */
import type { ExtraRoute } from '../adapters/http/http-app.ts';
import { installPaths } from '../adapters/slack/install-paths.ts';
import { joinReceivers } from '../adapters/slack/join-receivers.ts';
import { createOpenSocketUrl } from '../adapters/slack/open-socket-url.ts';
import { createSlackApp } from '../adapters/slack/slack-app.ts';
import { createSlackReceiver } from '../adapters/slack/slack-receiver.ts';
import { createSocketReceiver, type SocketReceiver } from '../adapters/slack/socket-receiver.ts';
import { looksLikeQuestion } from '../src/conversation/looks-like-question.ts';
import { asId, type DialogId } from '../src/domain/ids.ts';
import { type Base, composeSlack, type Doors } from './compose.ts';
import type { Stores } from './compose-stores.ts';

export interface SlackDoor {
  /** Where Slack and people who install the app come in; empty where everything comes by Socket Mode. */
  readonly routes: readonly ExtraRoute[];
  /** Undefined where everything comes by HTTP. */
  readonly socket: SocketReceiver | undefined;
  /** Once nothing comes in by HTTP any more: resolves when nothing is being worked on behind an answer to Slack. */
  close(): Promise<void>;
}

/** Undefined where Slack is not set up. Connects to nothing yet. */
export const createSlackDoor = (
  base: Base,
  { stores, doors }: { readonly stores: Stores; readonly doors: Doors },
): SlackDoor | undefined => {
  const slack = composeSlack(base, stores);
  if (slack === undefined) return undefined;
  const { slackBehaviour, slackPlaces } = base.config;
  const { signingSecret, appToken } = base.config.slack ?? {};
  const http =
    signingSecret === undefined ? undefined : createSlackReceiver({ ...base, signingSecret });
  const socket =
    appToken === undefined
      ? undefined
      : createSocketReceiver({
          ...base,
          openUrl: createOpenSocketUrl({ ...base, settings: slack.settings, appToken }),
          random: Math.random,
        });
  createSlackApp(
    {
      ...base,
      ...slack,
      ...stores,
      ...doors,
      followUps: slackBehaviour.followUps,
      looksLikeQuestion,
      placeOf: (channel) =>
        slackPlaces.find((place) => place.channel === channel) ?? {
          dialogId: asId<DialogId>('default'),
          listen: 'mention',
        },
    },
    joinReceivers([http, socket].filter((one) => one !== undefined)),
  );
  return {
    routes: [
      ...(http === undefined ? [] : [{ path: '/slack/events', handle: http.handle }]),
      ...installRoutes(slack.installRoutes),
    ],
    socket,
    async close() {
      await http?.stop();
    },
  };
};

const installRoutes = (routes: Pick<ExtraRoute, 'handle'> | undefined): readonly ExtraRoute[] =>
  routes === undefined
    ? []
    : Object.values(installPaths).map((path) => ({ path, handle: routes.handle }));
