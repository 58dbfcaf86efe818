/** Holds that every fault of the environment and of the file is told at once, each in its place, and never a secret. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';

const good = `
knowledge:
  handbook:
    audience: team
    sources:
      - { folder: ./docs, link: 'https://docs.example/{path}#{anchor}' }
dialogs:
  support: { knowledge: [handbook] }
  default: { knowledge: [handbook], topN: 4 }
`;

const load = (env: Readonly<Record<string, string>> = {}, text = good) =>
  loadConfig({ env, file: { text, path: '/etc/footnote/footnote.yaml' }, sample: false });

const faultsOf = (env: Readonly<Record<string, string>>, text = good): readonly string[] => {
  const result = load(env, text);
  return 'faults' in result ? result.faults : [];
};

const configOf = (env: Readonly<Record<string, string>> = {}, text = good) => {
  const result = load(env, text);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.config;
};

describe('loadConfig', () => {
  it('needs nothing of the environment', () => {
    expect(configOf()).toMatchObject({
      http: { host: '127.0.0.1', port: 3_000, isPortGiven: false, apiKeys: [] },
      logLevel: 'info',
      servers: undefined,
      openai: undefined,
      slack: undefined,
      lease: { leaseMs: 30_000, sweepMs: 15_000 },
    });
  });

  it('puts the default dialog first and folders beside the file', () => {
    const { dialogs, knowledge } = configOf();
    expect(dialogs.map(({ id, topN }) => [id, topN])).toEqual([
      ['default', 4],
      ['support', 6],
    ]);
    expect(knowledge[0]?.sources[0]).toMatchObject({
      id: 'folder:./docs',
      folder: path.resolve('/etc/footnote/docs'),
    });
  });

  it('takes an empty setting for one that is not set', () => {
    expect(configOf({ MONGODB_URL: '', REDIS_URL: ' ', FOOTNOTE_PORT: '' })).toEqual(configOf());
  });

  it.each([
    ['MONGODB_URL', { REDIS_URL: 'redis://localhost' }],
    ['REDIS_URL', { MONGODB_URL: 'mongodb://localhost/footnote' }],
    ['SLACK_BOT_TOKEN', { SLACK_SIGNING_SECRET: 'hush' }],
    ['SLACK_SIGNING_SECRET', { SLACK_BOT_TOKEN: 'xoxb-hush' }],
  ])('names %s as missing when its other half is set', (missing, env) => {
    expect(faultsOf(env)).toEqual([expect.stringMatching(`^${missing}: not set[,;] `)]);
  });

  it.each([
    ['FOOTNOTE_PORT', 'http', 'got "http", expected a whole number from 0 to 65535'],
    ['FOOTNOTE_PORT', '65536', 'got "65536", expected a whole number from 0 to 65535'],
    ['FOOTNOTE_PORT', '80.5', 'got "80.5", expected a whole number from 0 to 65535'],
    ['FOOTNOTE_LEASE_MS', '999', 'got "999", expected a whole number from 1000 to 600000'],
    ['FOOTNOTE_SWEEP_MS', '1e9', 'got "1e9", expected a whole number from 200 to 600000'],
    ['FOOTNOTE_LOG_LEVEL', 'debug', 'got "debug", expected one of info, warn, error'],
    ['FOOTNOTE_API_KEYS', 'short,and-long-enough-key', 'expected each key to have at least 16'],
    ['FOOTNOTE_CHAT_MODEL', 'gpt-5', 'needs OPENAI_API_KEY or OPENAI_BASE_URL'],
    ['OPENAI_BASE_URL', 'localhost:11434', 'expected a URL that begins with http:// or https://'],
    ['DISCORD_TOKEN', 'hush', 'this part does not exist yet; unset it'],
    ['OPENSEARCH_URL', 'http://localhost:9200', 'this part does not exist yet; unset it'],
  ])('refuses %s=%s and says what is expected', (name, value, sentence) => {
    expect(faultsOf({ [name]: value })).toEqual([expect.stringContaining(`${name}: ${sentence}`)]);
  });

  it.each([
    ['an unknown key', 'speed: 3', '1: speed: unknown key'],
    ['a wrong value', 'dialogs:\n  default:\n    topN: 0', '3: dialogs.default.topN: '],
    ['a missing value', 'knowledge:\n  handbook:\n    sources: [{ folder: x }]', '2: knowledge.'],
    ['a list in place of names', 'dialogs: [default]', '1: dialogs: '],
    ['no default dialog', 'models: {}', '1: dialogs: expected a dialog named default'],
    [
      'a name that stands for nothing',
      'dialogs:\n  default:\n    knowledge:\n      - handbok',
      '4: dialogs.default.knowledge.0: there is no knowledge named handbok',
    ],
    [
      'a place of a dialog that is not there',
      'dialogs: { default: {} }\nplaces:\n  - slack: { channel: C1 }\n    dialog: legal',
      '4: places.0.dialog: there is no dialog named legal',
    ],
    ['a key that stands twice', 'dialogs: { default: {} }\ndialogs: {}', '2: DUPLICATE_KEY'],
    [
      'an answer as long as the context',
      'models:\n  chat: { contextTokens: 9 }',
      '2: models.chat.',
    ],
  ])('names the line of %s', (_, text, fault) => {
    const faults = faultsOf({}, text).filter((one) => one.startsWith(`footnote.yaml:${fault}`));
    expect(faults).toHaveLength(1);
  });

  it('tells an alias without an anchor as a fault', () => {
    expect(faultsOf({}, 'dialogs: *gone')).toEqual([
      'footnote.yaml: an alias without its anchor, or too many aliases',
    ]);
  });

  it('lists the faults of the environment and of the file at once, the file’s by line', () => {
    const env = {
      MONGODB_URL: 'mongodb://footnote:hush-mongo@localhost/footnote',
      DISCORD_TOKEN: 'hush-discord',
      FOOTNOTE_PORT: 'eighty',
      SLACK_BOT_TOKEN: 'hush-slack',
      FOOTNOTE_API_KEYS: 'hush-key',
    };
    const text = `knowledge:
  handbook:
    audience: everybody
    colour: red
    sources: [{ folder: ./docs }]
dialogs:
  default: { knowledge: [handbok], topN: 0 }
speed: fast
`;
    const faults = faultsOf(env, text);
    expect(faults.map((fault) => fault.replace(/^((?:[^:]*\.yaml:\d+: )?[^:]+).*/s, '$1'))).toEqual(
      [
        'DISCORD_TOKEN',
        'FOOTNOTE_PORT',
        'FOOTNOTE_API_KEYS',
        'REDIS_URL',
        'SLACK_SIGNING_SECRET',
        'SLACK_BOT_TOKEN',
        'footnote.yaml:3: knowledge.handbook.audience',
        'footnote.yaml:4: knowledge.handbook.colour',
        'footnote.yaml:7: dialogs.default.knowledge.0',
        'footnote.yaml:7: dialogs.default.topN',
        'footnote.yaml:8: speed',
      ],
    );
    expect(faults.join()).not.toContain('hush');
  });
});
