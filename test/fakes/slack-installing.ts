/** An app that workspaces install by OAuth: as the product wires it, on a Slack on loopback, with browsers that keep their cookies. */
import { onTestFinished } from 'vitest';
import { createSlackWorkspaces } from '../../adapters/slack/slack-workspaces.ts';
import { composeInstall } from '../../app/compose-install.ts';
import { createMemoryInstallationStore } from '../../src/drivers/memory/memory-installation-store.ts';
import type { InstallationStore } from '../../src/ports/installation-store.ts';
import { buildConfig } from './build-config.ts';
import { createFakeClock } from './fake-clock.ts';
import { createRecordingLog } from './recording-log.ts';
import { createRecordingMetrics } from './recording-metrics.ts';
import type { Approver } from './slack/app-installs.ts';
import { startFakeSlack } from './slack/fake-slack.ts';

export const secretKey = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64');
export const clientSecret = 'client-secret-4711';
const clientId = '123.456';
const host = 'https://bot.example';

export type InstallWorld = Awaited<ReturnType<typeof startInstallWorld>>;

/** @param options.workspaces As the configuration file names them; default T1, T2 and E1. */
export const startInstallWorld = async (
  options: {
    readonly workspaces?: readonly string[] | 'any';
    readonly tokenRotation?: boolean;
  } = {},
) => {
  const { workspaces: allowed = ['T1', 'T2', 'E1'], tokenRotation = false } = options;
  const clock = createFakeClock({ startMs: Date.now() });
  const log = createRecordingLog();
  const slack = await startFakeSlack({
    signingSecret: 'secret',
    botToken: 'xoxb-another-app',
    limits: 'off',
    clock: { now: clock.now, sleep: (ms, signal) => clock.sleep(ms, signal ? { signal } : {}) },
  });
  onTestFinished(() => slack.close());
  slack.addEnterprise({ id: 'E1', name: 'Acme & Sons' });
  for (const id of ['T1', 'T2']) slack.addTeam({ id, name: `Team ${id}` });
  // An organisation's installation has one bot user for all workspaces.
  const ofE1 = { enterpriseId: 'E1', botUserId: 'U0BOTE1' };
  for (const id of ['T3', 'T4']) slack.addTeam({ id, name: `Team ${id}`, ...ofE1 });
  slack.registerApp({
    ...{ clientId, clientSecret, tokenRotation },
    redirectUrls: [`${host}/slack/oauth_redirect`],
  });

  const config = buildConfig(
    {
      SLACK_CLIENT_ID: clientId,
      SLACK_CLIENT_SECRET: clientSecret,
      SLACK_SIGNING_SECRET: 'secret',
      FOOTNOTE_SECRET_KEY: secretKey,
      SLACK_API_URL: slack.apiUrl,
    },
    { text: `dialogs: { default: {} }\nslack: { workspaces: ${JSON.stringify(allowed)} }` },
  );
  const installationStore = createMemoryInstallationStore({ now: clock.now });
  const settings = { apiUrl: slack.apiUrl, callTimeoutMs: 10_000 };
  const metrics = createRecordingMetrics();
  /** Another process of the same program. */
  const startProcess = (store: InstallationStore = installationStore) => {
    const wired = composeInstall(
      { config, clock, metrics, log },
      { installationStore: store, settings },
    );
    if (wired === undefined) throw new Error('no OAuth is set up');
    const { botTokenOf } = wired.installations;
    return {
      ...wired,
      settings,
      botTokenOf,
      workspaces: createSlackWorkspaces({ settings, botTokenOf, clock, metrics, log }),
    };
  };
  const first = startProcess();

  return {
    ...first,
    ...{ slack, clock, metrics, log, installationStore, startProcess },
    openBrowser: () => openBrowser(first.routes.handle),
    /** From the first click to the last page. */
    install: async (by: Approver & { readonly denies?: boolean }) => {
      const browser = openBrowser(first.routes.handle);
      const sent = await browser.get('/slack/install');
      return browser.get(slack.approve(sent.headers.get('location') ?? '', by));
    },
  };
};

/** Keeps cookies, follows nothing by itself. */
const openBrowser = (serve: (request: Request) => Promise<Response>) => {
  const cookies = new Map<string, string>();
  return {
    cookies,
    /** @param options.serve Another process behind the same address. */
    async get(
      address: string,
      options: { readonly method?: string; readonly serve?: typeof serve } = {},
    ): Promise<Response> {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const { method = 'GET' } = options;
      const request = new Request(new URL(address, host), { method, headers: { cookie } });
      const response = await (options.serve ?? serve)(request);
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
  };
};
