/** The real parts together with a strict Slack. */
import { type FakeSlackOptions, startFakeSlack } from '../../fakes/slack/fake-slack.ts';
import { openParts, type PartsOptions } from './open-parts.ts';

const secret = 'a-signing-secret';
const botToken = 'xoxb-test-token';

export interface WorldOptions extends PartsOptions {
  readonly slack?: Partial<FakeSlackOptions>;
}

/** Everything but the product's processes; those a test starts. The handbook is in the index. */
export const startWorld = async (options: WorldOptions) => {
  const slack = await startFakeSlack({
    signingSecret: secret,
    botToken,
    limits: 'off',
    ...options.slack,
  });
  const { start, close, ...parts } = await openParts(options, {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: secret,
    SLACK_API_URL: slack.apiUrl,
  });
  return {
    slack,
    ...parts,
    /** The doors: HTTP API and Slack's events, on a free port. Slack sends its events there. `more` is the environment on top of `env`. */
    startApi: async (more: Readonly<Record<string, string>> = {}) => {
      const api = await start(['start', '--only', 'api', 'slack'], { FOOTNOTE_PORT: '0', ...more });
      slack.sendEventsTo(`${api.url}/slack/events`);
      return api;
    },
    /** Slack's door alone; it has a port only when it is given one. */
    startSlack: (more: Readonly<Record<string, string>> = {}) =>
      start(['start', '--only', 'slack'], more),
    startWorker: (more: Readonly<Record<string, string>> = {}) =>
      start(['start', '--only', 'worker'], more),
    close: async (): Promise<void> => {
      await close();
      await slack.close();
    },
  };
};

export type World = Awaited<ReturnType<typeof startWorld>>;
