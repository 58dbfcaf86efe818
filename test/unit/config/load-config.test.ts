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
      discord: undefined,
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
    ['DISCORD_TOKEN', 'hush', "expected a bot's token, three parts with dots between them"],
    ['DISCORD_TOKEN', 'Bot a.b.c', "expected a bot's token, three parts with dots between them"],
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
      'a channel that has two places',
      'dialogs: { default: {} }\nplaces:\n  - slack: { channel: C1 }\n  - slack:\n      channel: C1',
      '5: places.1.slack.channel: this channel has an entry',
    ],
    [
      'a channel by its name',
      'dialogs: { default: {} }\nplaces:\n  - slack: { channel: "#help" }',
      '3: places.0.slack.channel: ',
    ],
    [
      'a way to listen that is none',
      'dialogs: { default: {} }\nplaces:\n  - slack: { channel: C1 }\n    listen: always',
      '4: places.0.listen: ',
    ],
    [
      'a workspace by its name',
      'dialogs: { default: {} }\nslack:\n  workspaces: [acme]',
      "3: slack.workspaces.0: expected a list of workspaces' ids",
    ],
    [
      'no workspace in the list',
      'dialogs: { default: {} }\nslack:\n  workspaces: []',
      '3: slack.workspaces: ',
    ],
    [
      'edits without end',
      'dialogs: { default: {} }\nslack:\n  editsPerMinute: 0',
      '3: slack.editsPerMinute: ',
    ],
    ['a place of nothing', 'places:\n  - dialog: default', '2: places.0: expected one of slack'],
    [
      'a place of both platforms',
      "places:\n  - slack: { channel: C1 }\n    discord: { channel: '12345678901234567' }",
      '2: places.0: expected one of slack and discord',
    ],
    [
      'a channel of Discord without quotes',
      'places:\n  - discord: { channel: 1234567890123456789 }',
      "2: places.0.discord.channel: expected an id in quotes, such as '1234567890123456789'",
    ],
    [
      'a channel of Discord by its name',
      "places:\n  - discord: { channel: '#help' }",
      '2: places.0.discord.channel: expected an id in quotes',
    ],
    [
      'a place of a channel and a server',
      "places:\n  - discord:\n      channel: '12345678901234567'\n      guild: '12345678901234568'",
      '2: places.0.discord: expected one of channel, guild and direct',
    ],
    ['a place of no channel', 'places:\n  - discord: {}', '2: places.0.discord: expected one of'],
    [
      'a server that has two places',
      "places:\n  - discord: { guild: '12345678901234567' }\n  - discord: { guild: '12345678901234567' }",
      '3: places.1.discord.guild: this server has an entry',
    ],
    [
      'direct messages beside a server',
      "places:\n  - discord:\n      guild: '12345678901234567'\n      direct: true",
      '2: places.0.discord: expected one of channel, guild and direct',
    ],
    [
      'direct messages twice',
      'places:\n  - discord: { direct: true }\n  - discord: { direct: true }',
      '3: places.1.discord.direct: direct messages have an entry',
    ],
    [
      'no direct messages',
      'places:\n  - discord: { direct: false }',
      '2: places.0.discord.direct: ',
    ],
    [
      'roles in direct messages',
      "places:\n  - discord: { direct: true }\n    rules:\n      roles: ['12345678901234567']",
      '4: places.0.rules.roles: nobody has roles in direct messages',
    ],
    [
      'mentions in direct messages',
      'places:\n  - discord: { direct: true }\n    listen: mention',
      '3: places.0.listen: in direct messages expected off, or nothing',
    ],
    [
      'direct messages for the team',
      'places:\n  - discord: { direct: true }\n    audience: team',
      '3: places.0.audience: direct messages are public',
    ],
    [
      'a tag for direct messages',
      "places:\n  - discord: { direct: true }\n    answeredTag: '12345678901234568'",
      "3: places.0.answeredTag: expected only beside a forum's discord.channel",
    ],
    [
      'rules for Slack',
      'places:\n  - slack: { channel: C1 }\n    rules: { coolDownSeconds: 9 }',
      '3: places.0.rules: there are rules on Discord only',
    ],
    [
      'a tag for a whole server',
      "places:\n  - discord: { guild: '12345678901234567' }\n    answeredTag: '12345678901234568'",
      "3: places.0.answeredTag: expected only beside a forum's discord.channel",
    ],
    [
      'a rule that is none',
      "places:\n  - discord: { guild: '12345678901234567' }\n    rules:\n      cooldown: 9",
      '4: places.0.rules.cooldown: unknown key',
    ],
    [
      'a person by a bare number',
      "places:\n  - discord: { guild: '12345678901234567' }\n    rules:\n      blockedPeople:\n        - 12345678901234567",
      '5: places.0.rules.blockedPeople.0: expected an id in quotes',
    ],
    [
      'a time that Discord does not know',
      'discord:\n  archiveAfterMinutes: 30',
      '2: discord.archiveAfterMinutes: ',
    ],
    ['a look back of days', 'discord:\n  lookBackMinutes: 1441', '2: discord.lookBackMinutes: '],
    [
      'more requests than Discord takes',
      'discord:\n  requestsPerSecond: 51',
      '2: discord.requestsPerSecond: ',
    ],
    [
      'an answer as long as the context',
      'models:\n  chat: { contextTokens: 9 }',
      '2: models.chat.',
    ],
  ])('names the line of %s', (_, text, fault) => {
    const faults = faultsOf({}, text).filter((one) => one.startsWith(`footnote.yaml:${fault}`));
    expect(faults).toHaveLength(1);
  });

  const hex = '0123456789abcdef'.repeat(4);
  const base64 = Buffer.from(hex, 'hex').toString('base64');
  const oauth = {
    SLACK_CLIENT_ID: '12.34',
    SLACK_CLIENT_SECRET: 'hush',
    SLACK_SIGNING_SECRET: 'hush',
    FOOTNOTE_SECRET_KEY: hex,
  };
  const named = `${good}slack: { workspaces: [T1, E2] }\n`;

  it('reads one workspace by HTTP, and by Socket Mode without a signing secret', () => {
    const byHttp = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'hush' };
    expect(configOf(byHttp).slack).toEqual({
      apiUrl: 'https://slack.com/api/',
      botToken: 'xoxb-1',
      signingSecret: 'hush',
      appToken: undefined,
      oauth: undefined,
    });
    const bySocket = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
    expect(configOf(bySocket).slack).toMatchObject({
      appToken: 'xapp-1',
      signingSecret: undefined,
    });
  });

  it('reads several workspaces, those that the file names', () => {
    expect(configOf(oauth, named).slack).toMatchObject({
      botToken: undefined,
      oauth: { clientId: '12.34', clientSecret: 'hush', workspaces: ['T1', 'E2'] },
    });
    expect(configOf(oauth, `${good}slack: { workspaces: any }\n`).slack?.oauth).toMatchObject({
      workspaces: 'any',
    });
  });

  it.each([
    ['half of OAuth', { ...oauth, SLACK_CLIENT_SECRET: '' }, 'SLACK_CLIENT_ID: goes with'],
    ['OAuth without a key', { ...oauth, FOOTNOTE_SECRET_KEY: '' }, 'FOOTNOTE_SECRET_KEY: not set'],
    ['one and several', { ...oauth, SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_BOT_TOKEN: set together'],
    ['an id that is none', { ...oauth, SLACK_CLIENT_ID: 'A012' }, 'SLACK_CLIENT_ID: expected two'],
    ['no way for events', { ...oauth, SLACK_SIGNING_SECRET: '' }, 'SLACK_SIGNING_SECRET: not set'],
    [
      'a bot token for the app',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-2' },
      'SLACK_APP_TOKEN: expected an app-level token',
    ],
    [
      'an app-level token for the bot',
      { SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xapp-2' },
      'SLACK_BOT_TOKEN: expected a bot token',
    ],
    ['an app-level token alone', { SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN: not set'],
  ])('refuses Slack with %s', (_what, env, fault) => {
    expect(faultsOf(env, named)).toEqual([expect.stringContaining(fault)]);
  });

  it('refuses OAuth where the file names no workspace that may install', () => {
    expect(faultsOf(oauth)).toEqual([
      'SLACK_CLIENT_ID: set, but slack.workspaces in the configuration file names no workspace that may install the app',
    ]);
  });

  it('takes keys in hex and in base64, the newest first', () => {
    const other = 'fedcba9876543210'.repeat(4);
    const keysOf = (given: string) =>
      configOf({ FOOTNOTE_SECRET_KEY: given }).secretKeys.map((key) =>
        Buffer.from(key).toString('hex'),
      );
    expect(configOf().secretKeys).toEqual([]);
    expect(keysOf(base64)).toEqual([hex]);
    expect(keysOf(`${other}, ${base64}`)).toEqual([other, hex]);
  });

  it.each([
    'hush',
    hex.slice(2),
    `${base64}AA`,
    '0'.repeat(64),
    `${hex},hush`,
    'päss'.repeat(8),
  ])('refuses the key %s', (key) => {
    expect(faultsOf({ FOOTNOTE_SECRET_KEY: key })).toEqual([
      'FOOTNOTE_SECRET_KEY: expected 32 random bytes, as 64 hex digits or as base64',
    ]);
  });

  it('answers mentions in a place, and lets follow-ups go, unless the file says otherwise', () => {
    expect(configOf().slackBehaviour).toEqual({
      followUps: true,
      nativeStreams: false,
      donePing: false,
      editsPerMinute: 50,
    });
    const text = `${good}slack: { followUps: false, nativeStreams: true, donePing: true, editsPerMinute: 100 }
places:
  - { slack: { channel: C1 } }
  - { slack: { channel: C2 }, dialog: support, listen: all, audience: public }
  - { slack: { channel: C3 }, listen: 'off' }
`;
    const { slackBehaviour, slackPlaces } = configOf({}, text);
    expect(slackBehaviour).toEqual({
      followUps: false,
      nativeStreams: true,
      donePing: true,
      editsPerMinute: 100,
    });
    expect(slackPlaces).toEqual([
      { channel: 'C1', dialogId: 'default', listen: 'mention' },
      { channel: 'C2', dialogId: 'support', listen: 'all', audience: 'public' },
      { channel: 'C3', dialogId: 'default', listen: 'off' },
    ]);
  });

  const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.Gh1Abc.hush_-hush';

  it('reads Discord by its token alone', () => {
    expect(configOf({ DISCORD_TOKEN: token }).discord).toEqual({
      token,
      apiUrl: 'https://discord.com/api',
    });
    const elsewhere = { DISCORD_TOKEN: token, DISCORD_API_URL: 'http://127.0.0.1:9/api/' };
    expect(configOf(elsewhere).discord?.apiUrl).toBe('http://127.0.0.1:9/api');
    expect(faultsOf({ ...elsewhere, DISCORD_API_URL: 'discord.com' })).toEqual([
      'DISCORD_API_URL: expected a URL that begins with http:// or https://',
    ]);
  });

  it('reads places of Discord beside those of Slack, with their rules', () => {
    const text = `${good}places:
  - { slack: { channel: C1 } }
  - { discord: { channel: '12345678901234567' }, dialog: support, listen: all, audience: team, answeredTag: '12345678901234568' }
  - discord: { guild: '12345678901234569' }
    rules: { coolDownSeconds: 1.5, roles: ['12345678901234570'], blockedWords: [crypto], blockedPeople: ['12345678901234571'] }
`;
    const { slackPlaces, discordPlaces } = configOf({}, text);
    expect(slackPlaces).toEqual([{ channel: 'C1', dialogId: 'default', listen: 'mention' }]);
    expect(discordPlaces).toEqual([
      {
        channel: '12345678901234567',
        dialogId: 'support',
        listen: 'all',
        audience: 'team',
        answeredTag: '12345678901234568',
        rules: { coolDownMs: 0, roles: [], blockedWords: [], blockedPeople: [] },
      },
      {
        guild: '12345678901234569',
        dialogId: 'default',
        listen: 'mention',
        rules: {
          coolDownMs: 1_500,
          roles: ['12345678901234570'],
          blockedWords: ['crypto'],
          blockedPeople: ['12345678901234571'],
        },
      },
    ]);
  });

  it('reads what holds for direct messages on Discord', () => {
    const text = `${good}places:
  - { discord: { direct: true }, listen: off, dialog: support, rules: { blockedWords: [crypto] } }
`;
    expect(configOf({}, text).discordPlaces).toEqual([
      {
        ...{ direct: true, dialogId: 'support', listen: 'off' },
        rules: { coolDownMs: 0, roles: [], blockedWords: ['crypto'], blockedPeople: [] },
      },
    ]);
  });

  it('asks Discord for message contents, and looks back an hour, unless the file says otherwise', () => {
    const usual = {
      followUps: true,
      messageContent: true,
      archiveAfterMinutes: 1_440,
      lookBackMinutes: 60,
      donePing: false,
      requestsPerSecond: 45,
    };
    expect(configOf().discordBehaviour).toEqual(usual);
    const text = `${good}discord: { messageContent: false, archiveAfterMinutes: 60, lookBackMinutes: 0 }\n`;
    expect(configOf({}, text).discordBehaviour).toEqual({
      ...usual,
      messageContent: false,
      archiveAfterMinutes: 60,
      lookBackMinutes: 0,
    });
  });

  it('takes an `off` without quotes for what it says', () => {
    const text = `${good}places:\n  - { slack: { channel: C1 }, listen: off }\n`;
    expect(configOf({}, text).slackPlaces[0]?.listen).toBe('off');
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
        'FOOTNOTE_PORT',
        'FOOTNOTE_API_KEYS',
        'REDIS_URL',
        'SLACK_SIGNING_SECRET',
        'SLACK_BOT_TOKEN',
        'DISCORD_TOKEN',
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
