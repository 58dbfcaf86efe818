/** Looks whether Slack takes the tokens, which scopes are missing, and whether the bot sits in the channels of the configuration. */

import {
  type InspectedChannel,
  type InspectedToken,
  inspectAppToken,
  inspectChannel,
  inspectToken,
} from '../../adapters/slack/inspect-workspace.ts';
import { installPaths } from '../../adapters/slack/install-paths.ts';
import type { InstalledWorkspace, SlackInstallations } from '../../adapters/slack/installations.ts';
import { purposesOf } from '../../adapters/slack/permissions.ts';
import type { SlackCall } from '../../adapters/slack/slack-call.ts';
import type { Config } from '../../src/config/config.ts';
import { toBotError } from '../../src/domain/errors.ts';
import { type Check, type Finding, sayCode } from './check.ts';

export interface SlackCheckDeps {
  readonly config: Config;
  /** A call with this token and no other, which logs nothing. */
  readonly callWith: (token: string) => SlackCall;
  /** Undefined where the one token stands in the configuration. */
  readonly installations:
    | (() => Promise<Pick<SlackInstallations, 'list' | 'mayInstall'>>)
    | undefined;
}

/** None where Slack is not set up. */
export const checkSlack = (deps: SlackCheckDeps): readonly Check[] => {
  const { config, callWith, installations } = deps;
  const { slack } = config;
  if (slack === undefined) return [];
  const { botToken } = slack;
  return [
    {
      name: 'Slack: how events come',
      explain: {
        platform_forbidden:
          'Slack refuses SLACK_APP_TOKEN; it needs the scope connections:write and Socket Mode switched on',
        platform_unavailable: 'Slack does not answer at SLACK_API_URL',
      },
      run: async () => [await checkTransport(slack, callWith)],
    },
    ...(botToken === undefined
      ? []
      : [
          {
            name: 'Slack: SLACK_BOT_TOKEN',
            run: () => checkWorkspaces(config, [{ name: 'SLACK_BOT_TOKEN', botToken }], callWith),
          },
        ]),
    ...(installations === undefined
      ? []
      : [
          {
            name: 'Slack: installations',
            explain: {
              secret_unreadable: 'a stored token does not open with FOOTNOTE_SECRET_KEY',
              store_unavailable: 'the store of installations does not answer',
            },
            run: () => checkInstallations(deps, installations),
          },
        ]),
  ];
};

const checkTransport = async (
  { appToken, signingSecret }: NonNullable<Config['slack']>,
  callWith: SlackCheckDeps['callWith'],
): Promise<Finding> => {
  const name = 'Slack: how events come';
  if (appToken !== undefined) await inspectAppToken(callWith(appToken));
  const ways = [
    ...(appToken === undefined ? [] : ['by Socket Mode']),
    ...(signingSecret === undefined ? [] : ['by HTTP at /slack/events, signed']),
  ];
  return { state: 'ok', name, said: ways.join(' and ') };
};

const checkInstallations = async (
  { config, callWith }: SlackCheckDeps,
  open: NonNullable<SlackCheckDeps['installations']>,
): Promise<readonly Finding[]> => {
  const installations = await open();
  const installed = await installations.list();
  const name = 'Slack: installations';
  if (installed.length === 0) {
    const said = `no workspace has installed the app; it begins at ${installPaths.install}`;
    return [{ state: 'warn', name, said }];
  }
  const allowed = installed.filter((one) => installations.mayInstall(one));
  return [
    { state: 'ok', name, said: `${installed.length} installed` },
    ...installed.filter((one) => !allowed.includes(one)).map(notNamed),
    ...installed.filter((one) => one.hasOldKey).map(withOldKey),
    ...(await checkWorkspaces(config, allowed.map(toTarget), callWith)),
  ];
};

const notNamed = ({ key, name }: InstalledWorkspace): Finding => ({
  state: 'warn',
  name: `Slack: ${name} (${key})`,
  said: 'installed, but not named in slack.workspaces: nothing is answered there',
});

const withOldKey = ({ key, name }: InstalledWorkspace): Finding => ({
  state: 'warn',
  name: `Slack: ${name} (${key})`,
  said: 'its token is sealed with an older key; install the app there again before that key goes',
});

interface Target {
  readonly name: string;
  readonly botToken: string;
}

const toTarget = ({ key, name, botToken }: InstalledWorkspace): Target => ({
  name: `${name} (${key})`,
  botToken,
});

/** The tokens first; then the channels, where at least one token is good. */
const checkWorkspaces = async (
  config: Config,
  targets: readonly Target[],
  callWith: SlackCheckDeps['callWith'],
): Promise<readonly Finding[]> => {
  const looked = await Promise.all(
    targets.map(async (target) => {
      const call = callWith(target.botToken);
      const name = `Slack: ${target.name}`;
      try {
        return { call, findings: tokenFindings(name, await inspectToken(call)) };
      } catch (error) {
        const failure = toBotError(error);
        const what =
          failure.code === 'platform_forbidden' ? 'Slack refuses the bot token' : 'not looked up';
        const said = `${what}: ${sayCode(failure)}`;
        return { call: undefined, findings: [{ state: 'fail', name, said } as const] };
      }
    }),
  );
  const calls = looked.flatMap(({ call }) => (call === undefined ? [] : [call]));
  const places = calls.length === 0 ? [] : config.slackPlaces;
  const channels = places.map(({ channel }) => checkChannel(channel, calls));
  return [...looked.flatMap(({ findings }) => findings), ...(await Promise.all(channels))];
};

const tokenFindings = (name: string, token: InspectedToken): readonly Finding[] => {
  const said = `${token.name}, as @${token.bot}`;
  const { missingScopes } = token;
  if (missingScopes === undefined)
    return [{ state: 'warn', name, said: `${said}; Slack did not tell its scopes` }];
  return [
    { state: 'ok', name, said },
    ...missingScopes.map(
      (scope): Finding => ({
        state: 'fail',
        name,
        said: `the scope ${scope} is missing, needed ${purposesOf(scope).join('; ')}`,
      }),
    ),
  ];
};

const channelFindings = {
  member: { state: 'ok', said: 'the bot is in it' },
  not_member: { state: 'fail', said: 'the bot is not in it; /invite it there' },
  archived: { state: 'warn', said: 'is archived' },
  not_found: { state: 'fail', said: 'not there, or private and the bot is not in it' },
} as const satisfies Record<InspectedChannel, Omit<Finding, 'name'>>;

/** A channel belongs to one of the workspaces: where it is not found does not count. */
const checkChannel = async (channel: string, calls: readonly SlackCall[]): Promise<Finding> => {
  const name = `Slack: channel ${channel}`;
  const seen = await Promise.allSettled(calls.map((call) => inspectChannel(call, channel)));
  const found = seen.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const there = found.find((one) => one !== 'not_found');
  const failed = seen.find((one) => one.status === 'rejected');
  if (there === undefined && failed !== undefined)
    return { state: 'warn', name, said: `not looked up: ${sayCode(toBotError(failed.reason))}` };
  return { name, ...channelFindings[there ?? 'not_found'] };
};
