/** A fault in the configuration names the setting; a secret's value is never printed, whichever setting it was put into. */
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load-config.ts';
import { settings, settingsToCome } from '../../src/config/settings.ts';
import { canaries } from './canaries.ts';
import { createWitness } from './witness.ts';

const mongodbUrl = `mongodb://bot:${canaries.mongoPassword}@127.0.0.1:9/footnote`;
const redisUrl = `redis://bot:${canaries.redisPassword}@127.0.0.1:9`;
const validFile = 'dialogs: { default: {} }';

const faultsOf = (env: Readonly<Record<string, string>>, text = validFile): readonly string[] => {
  const file = { text, path: 'footnote.yaml' };
  const result = loadConfig({ env, file, sample: false });
  return 'faults' in result ? result.faults : [];
};

test.each<readonly [string, Readonly<Record<string, string>>]>([
  ['a token of another kind', { SLACK_BOT_TOKEN: canaries.openAiKey, SLACK_SIGNING_SECRET: 'x' }],
  ['a token alone', { SLACK_BOT_TOKEN: canaries.slackBotToken }],
  ['a signing secret alone', { SLACK_SIGNING_SECRET: canaries.slackSigningSecret }],
  ['a database alone', { MONGODB_URL: mongodbUrl }],
  ['a Redis alone', { REDIS_URL: redisUrl }],
  ['addresses swapped', { MONGODB_URL: redisUrl, REDIS_URL: mongodbUrl }],
  [
    'passwords for addresses',
    { MONGODB_URL: canaries.mongoPassword, REDIS_URL: canaries.redisPassword },
  ],
  ['an address that is none', { OPENAI_BASE_URL: `ftp://user:${canaries.openAiKey}@x` }],
  [
    'OAuth without what belongs to it',
    { SLACK_CLIENT_ID: canaries.openAiKey, SLACK_CLIENT_SECRET: canaries.slackSigningSecret },
  ],
  ['a key that is none', { FOOTNOTE_SECRET_KEY: canaries.openAiKey }],
  ['a token of another kind for the app', { SLACK_APP_TOKEN: canaries.slackBotToken }],
  ['a token of Slack for Discord', { DISCORD_TOKEN: canaries.slackBotToken }],
  ['an API key that is too short', { FOOTNOTE_API_KEYS: canaries.apiKey.slice(0, 15) }],
  ...settingsToCome.map(
    (name) => [`${name}, which is to come`, { [name]: canaries.openAiKey }] as const,
  ),
])('%s', (_what, env) => {
  const witness = createWitness();
  const faults = faultsOf(env);
  expect(faults.length).toBeGreaterThan(0);
  witness.shown('faults', faults);
  expect(witness.leaks()).toEqual([]);
});

test('every setting that is secret says so', () => {
  const secret = settings.filter((one) => one.secret).map((one) => one.name);
  expect(secret.toSorted()).toEqual([
    'DISCORD_TOKEN',
    'FOOTNOTE_API_KEYS',
    'FOOTNOTE_SECRET_KEY',
    'MONGODB_URL',
    'OPENAI_API_KEY',
    'REDIS_URL',
    'SLACK_APP_TOKEN',
    'SLACK_BOT_TOKEN',
    'SLACK_CLIENT_SECRET',
    'SLACK_SIGNING_SECRET',
  ]);
});

test.each([
  ['a key that does not belong there', `models: { chat: { apiKey: ${canaries.openAiKey} } }`],
  ['a secret for a number', `models: { chat: { contextTokens: ${canaries.openAiKey} } }`],
  ['a secret for a choice', `knowledge: { a: { audience: ${canaries.apiKey}, sources: [] } }`],
  [
    'a link with a secret in it',
    `knowledge: { a: { audience: team, sources: [{ folder: a, link: '${canaries.apiKey}' }] } }`,
  ],
  ['no YAML', `dialogs: { default: { prompt: "${canaries.slackBotToken}`],
  ['a secret for a channel', `places: [{ slack: { channel: ${canaries.slackBotToken} } }]`],
  ['a secret for a server', `places: [{ discord: { guild: ${canaries.slackBotToken} } }]`],
])('%s in the file', (_what, text) => {
  const witness = createWitness();
  const faults = faultsOf({}, text);
  expect(faults.length).toBeGreaterThan(0);
  witness.shown('faults', faults);
  expect(witness.leaks()).toEqual([]);
});
