/**
 * What a bench of delivery measures: the built product in one process, embedded, and around it a strict Slack in this process and a paced model in another.
 *
 * Embedded, because the stores cost what they cost and are not what is measured; `servers: true` takes MongoDB, Redis, one process for the doors and one worker.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type FakeSlackOptions, startFakeSlack } from '../../test/fakes/slack/fake-slack.ts';
import { runFootnote, startFootnote } from '../../test/services/flows/footnote-process.ts';
import { ownNames, withServers } from '../../test/services/servers/with-servers.ts';
import { machineMs } from './machine-clock.ts';
import type { ModelCall, ModelMessage } from './model-process.ts';

const root = path.resolve(import.meta.dirname, '../..');
const signingSecret = 'a-signing-secret';
const app = { clientId: '12.34', clientSecret: 'a-client-secret' };

export interface LabOptions {
  readonly limits: NonNullable<FakeSlackOptions['limits']>;
  /** What the product is told that a workspace takes; its default unless given. */
  readonly editsPerMinute?: number;
  readonly servers: boolean;
  /** A folder for CPU profiles of the product's processes. */
  readonly profileDir?: string;
}

export interface Lab {
  readonly slack: Awaited<ReturnType<typeof startFakeSlack>>;
  /** Workspaces that install the app, each with one person in it. */
  install(teams: readonly string[]): Promise<void>;
  modelCalls(): Promise<readonly ModelCall[]>;
  /** What the product's processes have computed so far, in seconds; NaN where there is no /proc. */
  productCpuSeconds(): number;
  close(): Promise<void>;
}

/** The person who asks in a workspace. */
export const askerIn = (team: string): string => `U${team}ADA`;

const configFile = (folder: string, editsPerMinute: number | undefined): string => {
  const file = path.join(folder, 'footnote.yaml');
  const handbook = path.join(root, 'examples/handbook');
  // The fake's vectors say little, and a question's number may turn them away.
  const sample = readFileSync(path.join(root, 'examples/footnote.yaml'), 'utf8')
    .replace('./handbook', handbook)
    .replace(
      /vectorSimilarityWeight: .*/,
      'vectorSimilarityWeight: 0.3\n    similarityThreshold: 0.05',
    );
  const edits = editsPerMinute === undefined ? '' : `, editsPerMinute: ${editsPerMinute}`;
  const slack = `slack: { workspaces: any${edits} }\n`;
  writeFileSync(file, sample + slack);
  return file;
};

export const openLab = async (options: LabOptions): Promise<Lab> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-bench-'));
  const model = await startModel();
  const slack = await startFakeSlack({
    ...{ signingSecret, botToken: 'xoxb-of-nobody', limits: options.limits },
    monotonicMs: machineMs,
  });
  const servers = options.servers ? await withServers(process.env) : undefined;
  if (servers !== undefined && 'missing' in servers) throw new Error(servers.missing.join('; '));
  if (servers !== undefined) Object.assign(process.env, servers.urls);
  const env = {
    FOOTNOTE_CONFIG: configFile(folder, options.editsPerMinute),
    FOOTNOTE_DATA_DIR: path.join(folder, 'data'),
    FOOTNOTE_PORT: '0',
    FOOTNOTE_LOG_LEVEL: 'info',
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'a-model-key',
    FOOTNOTE_CHAT_MODEL: 'fake-chat',
    FOOTNOTE_EMBEDDING_MODEL: 'fake-embedding',
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
    FOOTNOTE_SECRET_KEY: randomBytes(32).toString('hex'),
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: slack.apiUrl,
    ...(servers !== undefined && {
      REDIS_URL: servers.urls.REDIS_URL,
      MONGODB_URL: ownNames(import.meta.url).mongodbUrl,
    }),
  };
  const product = await startProduct(env, options);
  slack.sendEventsTo(`${product.url}/slack/events`);
  slack.registerApp({ ...app, redirectUrls: [`${product.url}/slack/oauth_redirect`] });

  return {
    slack,
    async install(teams) {
      for (const id of teams) {
        slack.addTeam({ id });
        slack.addUser({ id: askerIn(id), teamId: id });
        const asked = await fetch(`${product.url}/slack/install`, { redirect: 'manual' });
        const approved = slack.approve(asked.headers.get('location') ?? '', { teamId: id });
        const cookie = asked.headers
          .getSetCookie()
          .map((set) => set.split(';')[0])
          .join('; ');
        const installed = await fetch(approved, { headers: { cookie } });
        if (installed.status !== 200) throw new Error(`${id} could not install the app`);
      }
    },
    modelCalls: model.calls,
    productCpuSeconds: () => product.pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    async close() {
      await product.stop();
      await slack.close();
      model.close();
      await servers?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const startProduct = async (
  env: Readonly<Record<string, string>>,
  { servers, profileDir }: Pick<LabOptions, 'servers' | 'profileDir'>,
) => {
  const nodeArgs = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  if (!servers) {
    const whole = await startFootnote(['start'], env, { nodeArgs });
    return { url: whole.url, pids: [whole.pid], stop: () => whole.stop() };
  }
  const ingested = await runFootnote(['ingest'], env);
  if (ingested.code !== 0) throw new Error(`ingest failed: ${ingested.stderr}`);
  const { FOOTNOTE_PORT: _port, ...ofWorker } = env;
  const [doors, worker] = await Promise.all([
    startFootnote(['start', '--only', 'api', 'slack'], env, { nodeArgs }),
    startFootnote(['start', '--only', 'worker'], ofWorker, { nodeArgs }),
  ]);
  const stop = () => Promise.all([doors.stop(), worker.stop()]);
  return { url: doors.url, pids: [doors.pid, worker.pid], stop };
};

/** User and system time, in ticks of 10 ms. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const cpuSecondsOf = (pid: number): number => {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  const afterName = readFileSync(file, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(afterName[11]) + Number(afterName[12])) / 100;
};

const startModel = async () => {
  const child = fork(path.join(import.meta.dirname, 'model-process.ts'), {
    execArgv: ['--import', 'tsx'],
  });
  const nextMessage = async (): Promise<ModelMessage> => {
    const [message] = (await once(child, 'message')) as [ModelMessage];
    return message;
  };
  const ready = await nextMessage();
  if (!('baseUrl' in ready)) throw new Error('the model did not say where it listens');
  return {
    baseUrl: ready.baseUrl,
    async calls(): Promise<readonly ModelCall[]> {
      const told = nextMessage();
      child.send('calls');
      const message = await told;
      return 'calls' in message ? message.calls : [];
    },
    close: () => child.disconnect(),
  };
};
