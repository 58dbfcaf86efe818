/** Builds the manifest that Slack makes the app from. */
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { askAboutCallbackId, askCommand } from './action-ids.ts';
import { installPaths } from './install-paths.ts';
import { botEvents, botScopes } from './permissions.ts';

export type SlackManifest = AppsManifestCreateArguments['manifest'];

type Scopes = NonNullable<NonNullable<SlackManifest['oauth_config']>['scopes']>;
type Subscriptions = NonNullable<NonNullable<SlackManifest['settings']>['event_subscriptions']>;

/**
 * Asks for exactly what `permissions.ts` lists.
 *
 * `agent_view` is not declared. The status line needs `chat:write` alone since March 2026, and a declared agent gets `assistant:write`, which nothing here uses,
 * needs a paid plan, and takes no slash command in its conversations.
 *
 * Token rotation is off: it can't be switched off again, and its refresh tokens are good for one use by one process.
 *
 * @see https://docs.slack.dev/reference/app-manifest
 * @see https://github.com/slackapi/manifest-schema (the limits of names and texts)
 * @see https://docs.slack.dev/changelog/2026/03/05/set-status-scope-update
 */
export const buildManifest = (options: {
  /** Where Slack reaches us: `https://` with host and perhaps a path, without a slash at its end. Undefined: nowhere. */
  readonly publicUrl: string | undefined;
  /** Events and interactions come by Socket Mode; then no URL is needed for them. */
  readonly socketMode: boolean;
}): SlackManifest => {
  const { publicUrl, socketMode } = options;
  const requests = socketMode || publicUrl === undefined ? undefined : `${publicUrl}/slack/events`;
  const requestUrl = requests === undefined ? {} : { request_url: requests };
  return {
    display_information: {
      name: 'Footnote',
      description: "Answers questions from your team's own documents, with footnotes",
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'Footnote', always_online: true },
      shortcuts: [
        {
          name: 'Ask Footnote about this',
          type: 'message',
          callback_id: askAboutCallbackId,
          description: 'Asks a question about this message',
        },
      ],
      slash_commands: [
        {
          command: askCommand,
          ...(requests === undefined ? {} : { url: requests }),
          description: "Ask a question about your team's documents",
          usage_hint: '[question]',
          should_escape: true,
        },
      ],
    },
    oauth_config: {
      ...(publicUrl === undefined ? {} : { redirect_urls: [publicUrl + installPaths.redirect] }),
      scopes: { bot: [...botScopes] as NonNullable<Scopes['bot']> },
    },
    settings: {
      event_subscriptions: {
        ...requestUrl,
        bot_events: [...botEvents] as NonNullable<Subscriptions['bot_events']>,
      },
      interactivity: { is_enabled: true, ...requestUrl },
      org_deploy_enabled: true,
      socket_mode_enabled: socketMode,
      token_rotation_enabled: false,
    },
  };
};
