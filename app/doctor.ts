/** The command `footnote doctor`: looks at everything that is set up and says what does not work. */
import { existsSync } from 'node:fs';
import { createSlackInstallations } from '../adapters/slack/installations.ts';
import { createMethodLimits } from '../adapters/slack/method-limits.ts';
import { createSlackCall } from '../adapters/slack/slack-call.ts';
import { createSlackClient } from '../adapters/slack/slack-client.ts';
import type { Config } from '../src/config/config.ts';
import { createMemoryInstallationStore } from '../src/drivers/memory/memory-installation-store.ts';
import { createMongoStore, type MongoStore } from '../src/drivers/mongo/mongo-store.ts';
import { createSecretBox } from '../src/drivers/system/secret-box.ts';
import type { Clock } from '../src/ports/clock.ts';
import { type Check, type Finding, runChecks } from './checks/check.ts';
import { checkDiscord } from './checks/check-discord.ts';
import { checkIndex } from './checks/check-index.ts';
import { checkChatModel, checkEmbedder } from './checks/check-models.ts';
import { checkMongo, checkRedis } from './checks/check-servers.ts';
import { checkSlack } from './checks/check-slack.ts';
import { composeEmbedder } from './compose.ts';
import { installationFile, openInstallations } from './compose-stores.ts';
import { noMetrics, silentLog } from './quiet.ts';
import { createQuietDiscordApi } from './quiet-discord.ts';
import { ConfigFaults } from './read-config.ts';

/**
 * Takes ten seconds at most. Changes nothing but what a start would: MongoDB's schema and an existing index are brought up to date.
 *
 * @param readConfig Throws `ConfigFaults`; each fault is a finding then, and nothing else is looked at.
 */
export const diagnose = async (
  readConfig: () => Config,
  { clock }: { readonly clock: Clock },
): Promise<readonly Finding[]> => {
  const opened: { close(): Promise<void> }[] = [];
  try {
    const config = readConfig();
    return [
      configured(config),
      ...(await runChecks(checksOf(config, { clock, opened }), { clock })),
    ];
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return error.faults.map((said) => ({ state: 'fail', name: 'configuration', said }));
  } finally {
    await Promise.allSettled(opened.map((one) => one.close()));
  }
};

const configured = ({ sample }: Config): Finding =>
  sample
    ? { state: 'warn', name: 'configuration', said: 'none: the sample handbook stands in' }
    : { state: 'ok', name: 'configuration', said: 'valid' };

const checksOf = (
  config: Config,
  { clock, opened }: { readonly clock: Clock; readonly opened: { close(): Promise<void> }[] },
): readonly Check[] => {
  const { servers, slack, discord } = config;
  const embedder = composeEmbedder({ config, clock });
  let mongo: Promise<MongoStore> | undefined;
  /** Once, for all that look into it. */
  const openMongo = (url: string): Promise<MongoStore> => {
    mongo ??= createMongoStore({ url, outage: { failed: () => {}, passed: () => {} } }).then(
      (store) => {
        opened.push(store);
        return store;
      },
    );
    return mongo;
  };
  const openStore = async () => {
    if (servers !== undefined) return (await openMongo(servers.mongodbUrl)).installationStore;
    if (!existsSync(installationFile(config)))
      return createMemoryInstallationStore({ now: clock.now });
    const file = openInstallations({ config, clock });
    opened.push(file);
    return file;
  };
  const callWith = (token: string) =>
    createSlackCall({
      client: createSlackClient({
        ...{ apiUrl: slack?.apiUrl ?? '', callTimeoutMs: 9_000, botToken: token },
      }),
      limits: createMethodLimits(clock),
      metrics: noMetrics,
      log: silentLog,
    });
  const { oauth } = slack ?? {};
  const installations =
    oauth &&
    (async () =>
      createSlackInstallations({
        ...{ store: await openStore(), callWith, clock, log: silentLog },
        box: createSecretBox({ keys: config.secretKeys }),
        allowed: oauth.workspaces,
      }));
  return [
    checkIndex(config, embedder),
    ...(servers === undefined
      ? []
      : [
          checkMongo(() => openMongo(servers.mongodbUrl)),
          checkRedis({ url: servers.redisUrl, clock, log: silentLog }),
        ]),
    checkChatModel(config, clock),
    checkEmbedder(embedder),
    ...checkSlack({ config, callWith, installations }),
    ...checkDiscord({ config, api: discord && createQuietDiscordApi(discord, { clock }) }),
  ];
};

/** One line a finding, the names in a column. Ends with a line break. Names come from Slack too: what would steer the terminal is left out. */
export const renderFindings = (findings: readonly Finding[]): string => {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  return findings
    .map(({ state, name, said }) => `${state.padEnd(4)}  ${name.padEnd(width)}  ${said}`)
    .map((line) => `${line.replaceAll(/\p{Cc}/gu, '')}\n`)
    .join('');
};
