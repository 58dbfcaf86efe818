/** Turns the environment and the configuration file into a Config, or lists every fault at once. */
import path from 'node:path';
import type { Dialog } from '../domain/dialog.ts';
import { asId, type DialogId, type KnowledgeBaseId } from '../domain/ids.ts';
import type { Config, KnowledgeConfig, ModelConfig } from './config.ts';
import { type ConfigFile, parseConfigFile } from './config-file.ts';
import { defaultPrompt } from './default-prompt.ts';
import { readDiscord, readDiscordPlaces } from './read-discord.ts';
import { type Env, readEnv } from './read-env.ts';

export interface ConfigInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The configuration file's text, and where it lies: sources are relative to its folder. */
  readonly file: { readonly text: string; readonly path: string };
  /** Whether the file is the sample that stands in for a missing one. */
  readonly sample: boolean;
}

export type ConfigResult =
  | { readonly config: Config }
  /** One sentence each: name, what was got, what is expected. Never a secret's value. */
  | { readonly faults: readonly string[] };

export const loadConfig = (input: ConfigInput): ConfigResult => {
  const faults: string[] = [];
  const env = readEnv(input.env, faults);
  const parsed = parseConfigFile(input.file.text, path.basename(input.file.path));
  const openai = readOpenAi(env, 'file' in parsed ? parsed.file.models : {});
  const fromEnv = {
    http: {
      host: env.text('FOOTNOTE_HOST'),
      port: env.integer('FOOTNOTE_PORT', { min: 0, max: 65_535 }),
      isPortGiven: env.given('FOOTNOTE_PORT') !== '',
      apiKeys: env.list('FOOTNOTE_API_KEYS', { minLengthChars: 16 }),
    },
    dataDir: path.resolve(env.text('FOOTNOTE_DATA_DIR')),
    logLevel: env.oneOf('FOOTNOTE_LOG_LEVEL', ['info', 'warn', 'error']),
    servers: readServers(env),
    openai,
    slack: readSlack(env, 'file' in parsed ? parsed.file.slack : undefined),
    discord: readDiscord(env),
    secretKeys: readSecretKeys(env),
    lease: {
      leaseMs: env.integer('FOOTNOTE_LEASE_MS', { min: 1_000, max: 600_000 }),
      sweepMs: env.integer('FOOTNOTE_SWEEP_MS', { min: 200, max: 600_000 }),
    },
  };
  if ('faults' in parsed) return { faults: [...faults, ...parsed.faults] };
  if (faults.length > 0) return { faults };
  const { file } = parsed;
  const config: Config = {
    ...fromEnv,
    dialogs: readDialogs(file, { canRewrite: openai !== undefined }),
    knowledge: readKnowledge(file, path.dirname(path.resolve(input.file.path))),
    slackPlaces: readSlackPlaces(file.places),
    slackBehaviour: readBehaviour(file.slack),
    discordPlaces: readDiscordPlaces(file.places),
    discordBehaviour: file.discord,
    sample: input.sample,
  };
  return { config };
};

const readServers = (env: Env): Config['servers'] => {
  const mongodb = env.given('MONGODB_URL') !== '';
  const redis = env.given('REDIS_URL') !== '';
  if (!mongodb && !redis) return undefined;
  if (!mongodb)
    env.fault('MONGODB_URL: not set, but REDIS_URL is; set both, or neither for the embedded mode');
  if (!redis)
    env.fault('REDIS_URL: not set, but MONGODB_URL is; set both, or neither for the embedded mode');
  return {
    mongodbUrl: mongodb ? env.url('MONGODB_URL', ['mongodb:', 'mongodb+srv:']) : '',
    redisUrl: redis ? env.url('REDIS_URL', ['redis:', 'rediss:']) : '',
  };
};

const readOpenAi = (env: Env, models: ConfigFile['models']): Config['openai'] => {
  if (env.given('OPENAI_API_KEY') === '' && env.given('OPENAI_BASE_URL') === '') {
    for (const name of ['FOOTNOTE_CHAT_MODEL', 'FOOTNOTE_EMBEDDING_MODEL']) {
      if (env.given(name) !== '') env.fault(`${name}: needs OPENAI_API_KEY or OPENAI_BASE_URL`);
    }
    return undefined;
  }
  const {
    model,
    contextTokens = 128_000,
    maxOutputTokens = 2_048,
    temperature,
  } = models.chat ?? {};
  const chat: ModelConfig = {
    model: env.given('FOOTNOTE_CHAT_MODEL') || model || env.text('FOOTNOTE_CHAT_MODEL'),
    contextTokens,
    maxOutputTokens,
    ...(temperature !== undefined && { temperature }),
  };
  return {
    ...(env.given('OPENAI_API_KEY') !== '' && { apiKey: env.given('OPENAI_API_KEY') }),
    baseUrl: env.url('OPENAI_BASE_URL', ['http:', 'https:']),
    chat,
    embeddingModel: env.given('FOOTNOTE_EMBEDDING_MODEL') || models.embedding?.model,
  };
};

/** @param file Undefined for a file with faults of its own. */
const readSlack = (env: Env, file: ConfigFile['slack'] | undefined): Config['slack'] => {
  const optional = (name: string): string | undefined => env.given(name) || undefined;
  const botToken = optional('SLACK_BOT_TOKEN');
  const signingSecret = optional('SLACK_SIGNING_SECRET');
  const appToken = optional('SLACK_APP_TOKEN');
  const clientId = optional('SLACK_CLIENT_ID');
  const clientSecret = optional('SLACK_CLIENT_SECRET');
  if (![botToken, signingSecret, appToken, clientId, clientSecret].some(Boolean)) return undefined;
  const { workspaces = [] } = file ?? {};
  const oauth =
    clientId !== undefined && clientSecret !== undefined
      ? { clientId, clientSecret, workspaces }
      : undefined;
  if ((clientId === undefined) !== (clientSecret === undefined)) {
    env.fault('SLACK_CLIENT_ID: goes with SLACK_CLIENT_SECRET; set both or neither');
  } else if (botToken === undefined && oauth === undefined) {
    env.fault(
      'SLACK_BOT_TOKEN: not set; one workspace needs it, several need SLACK_CLIENT_ID and SLACK_CLIENT_SECRET',
    );
  } else if (botToken !== undefined && oauth !== undefined) {
    env.fault('SLACK_BOT_TOKEN: set together with SLACK_CLIENT_ID; use one or the other');
  }
  if (signingSecret === undefined && appToken === undefined) {
    env.fault('SLACK_SIGNING_SECRET: not set; events by HTTP need it, Socket Mode SLACK_APP_TOKEN');
  }
  if (oauth !== undefined && env.given('FOOTNOTE_SECRET_KEY') === '') {
    env.fault('FOOTNOTE_SECRET_KEY: not set, but SLACK_CLIENT_ID is: tokens are stored encrypted');
  }
  if (oauth !== undefined && file !== undefined && workspaces.length === 0) {
    env.fault(
      'SLACK_CLIENT_ID: set, but slack.workspaces in the configuration file names no workspace that may install the app',
    );
  }
  if (clientId !== undefined && !/^\d+\.\d+$/.test(clientId)) {
    env.fault('SLACK_CLIENT_ID: expected two numbers with a dot between them');
  }
  if (botToken !== undefined && !botToken.startsWith('xoxb-')) {
    env.fault('SLACK_BOT_TOKEN: expected a bot token, which begins with xoxb-');
  }
  if (appToken !== undefined && !appToken.startsWith('xapp-')) {
    env.fault('SLACK_APP_TOKEN: expected an app-level token, which begins with xapp-');
  }
  const apiUrl = env.url('SLACK_API_URL', ['http:', 'https:']);
  return { apiUrl, botToken, signingSecret, appToken, oauth };
};

/** 32 bytes each, as 64 hex digits or as base64; the newest first. */
const readSecretKeys = (env: Env): readonly Uint8Array[] => {
  const given = env.given('FOOTNOTE_SECRET_KEY').split(',');
  const keys = given.map((one) => one.trim()).filter((one) => one !== '');
  const bytes = keys.map((key) => {
    if (/^[0-9a-f]{64}$/i.test(key)) return Buffer.from(key, 'hex');
    return Buffer.from(/^[\w+/-]+={0,2}$/.test(key) ? key : '', 'base64');
  });
  if (bytes.some((key) => key.length !== 32 || key.every((byte) => byte === key[0]))) {
    env.fault('FOOTNOTE_SECRET_KEY: expected 32 random bytes, as 64 hex digits or as base64');
  }
  return bytes;
};

const readSlackPlaces = (places: ConfigFile['places']): Config['slackPlaces'] =>
  places.flatMap(({ slack, dialog, listen, audience }) =>
    slack === undefined
      ? []
      : [
          {
            channel: slack.channel,
            dialogId: asId<DialogId>(dialog),
            listen,
            ...(audience !== undefined && { audience }),
          },
        ],
  );

const readBehaviour = ({ workspaces: _ofOAuth, ...behaviour }: ConfigFile['slack']) => behaviour;

/** Without a language model nobody can rewrite a follow-up. */
const readDialogs = (
  file: ConfigFile,
  { canRewrite }: { readonly canRewrite: boolean },
): readonly Dialog[] =>
  Object.entries(file.dialogs)
    .toSorted(([a], [b]) => Number(b === 'default') - Number(a === 'default'))
    .map(([id, one]) => ({
      id: asId<DialogId>(id),
      name: one.name ?? id,
      description: one.description,
      knowledgeBaseIds: one.knowledge.map((base) => asId<KnowledgeBaseId>(base)),
      prompt: {
        system: one.prompt ?? defaultPrompt,
        prologue: one.prologue,
        parameters: one.knowledge.length > 0 ? [{ key: 'knowledge', optional: false }] : [],
        emptyResponse: one.emptyResponse,
        quote: one.quote,
        refineMultiturn: one.refineMultiturn && canRewrite,
      },
      similarityThreshold: one.similarityThreshold,
      vectorSimilarityWeight: one.vectorSimilarityWeight,
      topN: one.topN,
      topK: one.topK,
    }));

const readKnowledge = (file: ConfigFile, base: string): readonly KnowledgeConfig[] =>
  Object.entries(file.knowledge).map(([id, one]) => ({
    id: asId<KnowledgeBaseId>(id),
    audience: one.audience,
    sources: one.sources.map((source) => ({
      id: `folder:${source.folder}`,
      folder: path.resolve(base, source.folder),
      include: source.include,
      ...(source.link !== undefined && { link: source.link }),
    })),
  }));
