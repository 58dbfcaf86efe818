/** What the doctor sees: each thing that is set up and does not work, by name, and never a secret. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSlackInstallations } from '../../../adapters/slack/installations.ts';
import { botScopes } from '../../../adapters/slack/permissions.ts';
import { type Finding, runChecks } from '../../../app/checks/check.ts';
import { composeEmbedder, composeIndex } from '../../../app/compose.ts';
import { openInstallations } from '../../../app/compose-stores.ts';
import { registerCommands } from '../../../app/discord-setup.ts';
import { diagnose, renderFindings } from '../../../app/doctor.ts';
import { ingestConfigured } from '../../../app/ingest.ts';
import { ConfigFaults } from '../../../app/read-config.ts';
import type { Config } from '../../../src/config/config.ts';
import { createSecretBox } from '../../../src/drivers/system/secret-box.ts';
import { createSystemClock } from '../../../src/drivers/system/system-clock.ts';
import { buildConfig } from '../../fakes/build-config.ts';
import { startFakeDiscord } from '../../fakes/discord/fake-discord.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { startFakeOpenAi } from '../../fakes/openai/start-fake-open-ai.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../fakes/slack/fake-slack.ts';

const clock = createSystemClock();
const oldKey = Buffer.from('0123456789abcdef0123456789abcdef').toString('hex');
const newKey = Buffer.from('abcdef0123456789abcdef0123456789').toString('hex');

const startWorld = async (options: { readonly scopes?: readonly string[] } = {}) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(path.join(folder, 'docs'));
  writeFileSync(path.join(folder, 'docs', 'leave.md'), '# Leave\n\n28 days.\n');
  const slack = await startFakeSlack({ signingSecret: 'secret', botToken: 'xoxb-other' });
  onTestFinished(() => slack.close());
  const { scopes = botScopes } = options;
  slack.addTeam({ id: 'T1', name: 'Acme', botToken: 'xoxb-hush-1', scopes });
  const configOf = (env: Readonly<Record<string, string>> = {}, more = ''): Config =>
    buildConfig(
      { FOOTNOTE_DATA_DIR: path.join(folder, 'data'), SLACK_API_URL: slack.apiUrl, ...env },
      {
        path: path.join(folder, 'footnote.yaml'),
        text: `knowledge: { handbook: { audience: team, sources: [{ folder: ./docs }] } }\ndialogs: { default: { knowledge: [handbook] } }\n${more}`,
      },
    );
  return { slack, configOf, folder };
};
const oneWorkspace = { SLACK_BOT_TOKEN: 'xoxb-hush-1', SLACK_SIGNING_SECRET: 'hush-secret' };
const look = (config: Config) => diagnose(() => config, { clock });
const about = (findings: readonly Finding[], name: string) =>
  findings.filter((one) => one.name === name).map(({ state, said }) => `${state}: ${said}`);
const notOk = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state !== 'ok').map(({ name, said }) => `${name}: ${said}`);

describe('the doctor', () => {
  test('finds nothing where everything is as it should be', async () => {
    const { slack, configOf } = await startWorld();
    slack.addChannel({ id: 'C1', teamId: 'T1' });
    const config = configOf(oneWorkspace, 'places: [{ slack: { channel: C1 } }]');
    const embedder = composeEmbedder({ config, clock });
    const writer = composeIndex({ config }, embedder);
    await ingestConfigured({ embedder, writer }, config);
    await writer.close();
    const findings = await look(config);
    expect(notOk(findings)).toEqual([]);
    expect(about(findings, 'knowledge handbook')).toEqual(['ok: 1 documents']);
    expect(about(findings, 'Slack: SLACK_BOT_TOKEN')).toEqual(['ok: Acme, as @footnote']);
    expect(about(findings, 'Slack: channel C1')).toEqual(['ok: the bot is in it']);
  });

  test('tells every fault of the configuration and looks no further', async () => {
    const faults = ['FOOTNOTE_PORT: got "x", expected a number', 'REDIS_URL: not set'];
    const findings = await diagnose(
      () => {
        throw new ConfigFaults(faults);
      },
      { clock },
    );
    expect(findings).toEqual(
      faults.map((said) => ({ state: 'fail', name: 'configuration', said })),
    );
  });

  test('makes no file', async () => {
    const { configOf, folder } = await startWorld();
    const config = configOf(
      {
        SLACK_CLIENT_ID: '1.2',
        SLACK_CLIENT_SECRET: 'hush',
        SLACK_SIGNING_SECRET: 'hush',
        FOOTNOTE_SECRET_KEY: oldKey,
      },
      'slack: { workspaces: [T1] }',
    );
    const findings = await look(config);
    expect(notOk(findings)).toEqual([
      'knowledge handbook: no documents; `footnote ingest` reads them in',
      'Slack: installations: no workspace has installed the app; it begins at /slack/install',
    ]);
    expect(() => rmSync(path.join(folder, 'data'))).toThrow('ENOENT');
  });

  test('prints a line each, with the names in a column', () => {
    expect(
      renderFindings([
        { state: 'ok', name: 'index', said: '3 documents' },
        { state: 'fail', name: 'MongoDB', said: 'does not answer' },
      ]),
    ).toBe('ok    index    3 documents\nfail  MongoDB  does not answer\n');
    expect(renderFindings([{ state: 'ok', name: 'Slack', said: 'A\u001b[2Jcme\n' }])).toBe(
      'ok    Slack  A[2Jcme\n',
    );
  });
});

describe('Slack', () => {
  test('without a scope: each missing one is named, with what is lost', async () => {
    const { configOf } = await startWorld({ scopes: ['users:read', 'chat:write'] });
    const found = about(await look(configOf(oneWorkspace)), 'Slack: SLACK_BOT_TOKEN');
    const missing = botScopes.filter((scope) => !['users:read', 'chat:write'].includes(scope));
    expect(found).toEqual([
      'ok: Acme, as @footnote',
      ...missing.map((scope) =>
        expect.stringMatching(`^fail: the scope ${scope} is missing, needed (to|for) `),
      ),
    ]);
    expect(found).toContain(
      'fail: the scope app_mentions:read is missing, needed to be told of mentions',
    );
  });

  test('that refuses the token is told with its own word', async () => {
    const { slack, configOf } = await startWorld();
    slack.setTokenState('account_inactive', 'T1');
    const config = configOf(oneWorkspace, 'places: [{ slack: { channel: C1 } }]');
    const findings = await look(config);
    expect(about(findings, 'Slack: SLACK_BOT_TOKEN')).toEqual([
      'fail: Slack refuses the bot token: platform_forbidden (account_inactive)',
    ]);
    expect(about(findings, 'Slack: channel C1')).toEqual([]);
  });

  test('that refuses the app-level token is told', async () => {
    const { slack, configOf } = await startWorld();
    slack.failNext('apps.connections.open', { status: 200, error: 'invalid_auth' });
    const env = { SLACK_BOT_TOKEN: 'xoxb-hush-1', SLACK_APP_TOKEN: 'xapp-hush' };
    expect(about(await look(configOf(env)), 'Slack: how events come')).toEqual([
      'fail: Slack refuses SLACK_APP_TOKEN; it needs the scope connections:write and Socket Mode switched on',
    ]);
  });

  test('and its channels: where the bot is not, what is archived, what is not there', async () => {
    const { slack, configOf } = await startWorld();
    slack.addChannel({ id: 'C1', teamId: 'T1', isMember: false });
    slack.addChannel({ id: 'C2', teamId: 'T1', isArchived: true });
    slack.addChannel({ id: 'C3', teamId: 'T1', isPrivate: true, isMember: false });
    const places = ['C1', 'C2', 'C3', 'C4'].map((id) => `{ slack: { channel: ${id} } }`);
    const findings = await look(configOf(oneWorkspace, `places: [${places.join(', ')}]`));
    const notThere = 'fail: not there, or private and the bot is not in it';
    expect(['C1', 'C2', 'C3', 'C4'].map((id) => about(findings, `Slack: channel ${id}`))).toEqual([
      ['fail: the bot is not in it; /invite it there'],
      ['warn: is archived'],
      [notThere],
      [notThere],
    ]);
  });
});

describe('Discord', () => {
  const startTown = async () => {
    const { configOf } = await startWorld();
    const discord = await startFakeDiscord();
    onTestFinished(() => discord.close());
    const channel = discord.addChannel();
    const forum = discord.addChannel({ type: 'forum', tags: ['Solved'] });
    const places = (...more: readonly string[]) =>
      `places: [${[channel, ...more].map((id) => `{ discord: { channel: '${id}' } }`).join(', ')}]`;
    const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
    return { discord, channel, forum, places, configOf: (file: string) => configOf(env, file) };
  };
  const ofDiscord = (findings: readonly Finding[]) =>
    findings
      .filter(({ name }) => name.startsWith('Discord'))
      .map(({ state, name, said }) => `${state} ${name.replace('Discord: ', '')}: ${said}`);

  test('that is set up as the invite and the commands leave it lacks nothing but knowledge', async () => {
    const { discord, channel, forum, places, configOf } = await startTown();
    const config = configOf(places(forum));
    await registerCommands({ config, clock });
    expect(ofDiscord(await look(config))).toEqual([
      `ok DISCORD_TOKEN: the bot ${discord.bot.name}, application ${discord.applicationId}`,
      'ok Message Content: switched on',
      'ok commands: registered',
      expect.stringMatching(/^warn knowledge: all knowledge is for the team/),
      `ok channel ${channel}: help; all permissions are there`,
      `ok channel ${forum}: help; all permissions are there`,
    ]);
  });

  test('with nothing done yet names all that is missing', async () => {
    const { discord, channel, forum, places, configOf } = await startTown();
    discord.allowMessageContent(false);
    discord.setPermissions({ channel, to: 'bot', deny: ['CreatePublicThreads'] });
    discord.setPermissions({ channel: forum, to: 'everyone', deny: ['ViewChannel'] });
    const elsewhere = discord.addChannel({ guild: discord.addGuild().id });
    const { id: left } = discord.addGuild();
    discord.removeBotFrom(left);
    const gone = discord.addChannel({ guild: left });
    const found = ofDiscord(await look(configOf(places(forum, elsewhere, gone))));
    expect(found.slice(1)).toEqual([
      expect.stringMatching(/^fail Message Content: not switched on/),
      expect.stringMatching(/^warn commands: not as they should be/),
      expect.stringMatching(/^warn knowledge: /),
      expect.stringMatching(
        `^fail channel ${channel}: the permission Create Public Threads is missing, needed to answer`,
      ),
      `fail channel ${forum}: the permission View Channels is missing, or the bot is not in that server`,
      `ok channel ${elsewhere}: help; all permissions are there`,
      expect.stringMatching(`^fail channel ${gone}: (not there|the permission View Channels)`),
    ]);
  });

  test('that refuses the token is told, and shows nothing of it', async () => {
    const { discord, places, configOf } = await startTown();
    discord.setTokenState('revoked');
    const findings = await look(configOf(places()));
    expect(ofDiscord(findings)).toEqual(['fail DISCORD_TOKEN: Discord refuses DISCORD_TOKEN']);
    expect(renderFindings(findings)).not.toContain(discord.token.slice(0, 10));
  });
});

describe('installations', () => {
  const install = async (
    slack: FakeSlack,
    config: Config,
    grants: readonly { readonly key: string; readonly name: string }[],
  ) => {
    const store = openInstallations({ config, clock });
    const installations = createSlackInstallations({
      ...{ store, clock, log: createRecordingLog(), allowed: 'any' },
      box: createSecretBox({ keys: config.secretKeys }),
      callWith: () => () => Promise.reject(new Error('not called')),
    });
    for (const grant of grants)
      await installations.add({ ...grant, botToken: slack.tokenOf(grant.key) ?? 'xoxb-gone' });
    await store.close();
  };
  const oauth = (keys: string) => ({
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: 'hush',
    SLACK_SIGNING_SECRET: 'hush',
    FOOTNOTE_SECRET_KEY: keys,
  });

  test('are each looked at like the one workspace, and a channel in all of them', async () => {
    const { slack, configOf } = await startWorld();
    slack.addTeam({ id: 'T2', name: 'Beta', botToken: 'xoxb-hush-2', scopes: ['chat:write'] });
    slack.addChannel({ id: 'C1', teamId: 'T1' });
    const config = configOf(
      oauth(oldKey),
      'slack: { workspaces: [T1, T2] }\nplaces: [{ slack: { channel: C1 } }]',
    );
    await install(slack, config, [
      { key: 'T1', name: 'Acme' },
      { key: 'T2', name: 'Beta' },
      { key: 'T9', name: 'Strangers' },
    ]);
    const findings = await look(config);
    expect(about(findings, 'Slack: installations')).toEqual(['ok: 3 installed']);
    expect(about(findings, 'Slack: Acme (T1)')).toEqual(['ok: Acme, as @footnote']);
    expect(about(findings, 'Slack: Beta (T2)')).toHaveLength(botScopes.length);
    expect(about(findings, 'Slack: Strangers (T9)')).toEqual([
      'warn: installed, but not named in slack.workspaces: nothing is answered there',
    ]);
    // Beta's token has no scope to look: that must not hide what the other one sees.
    expect(about(findings, 'Slack: channel C1')).toEqual(['ok: the bot is in it']);
  });

  test('sealed with an older key are told, and without that key cannot be read', async () => {
    const { slack, configOf } = await startWorld();
    const file = 'slack: { workspaces: [T1] }';
    await install(slack, configOf(oauth(oldKey), file), [{ key: 'T1', name: 'Acme' }]);
    const rotated = await look(configOf(oauth(`${newKey}, ${oldKey}`), file));
    expect(about(rotated, 'Slack: Acme (T1)')).toEqual([
      'warn: its token is sealed with an older key; install the app there again before that key goes',
      'ok: Acme, as @footnote',
    ]);
    const lost = await look(configOf(oauth(newKey), file));
    expect(about(lost, 'Slack: installations')).toEqual([
      'fail: a stored token does not open with FOOTNOTE_SECRET_KEY',
    ]);
  });
});

describe('the language model', () => {
  test.each([
    [
      'a key that is refused',
      { OPENAI_API_KEY: 'hush-wrong' },
      'fail: the endpoint refuses OPENAI_API_KEY',
    ],
    [
      'a model that is not there',
      { OPENAI_API_KEY: 'hush-key', FOOTNOTE_CHAT_MODEL: 'gpt-nothing' },
      'warn: gpt-nothing is not among the models of the endpoint',
    ],
    [
      'a model that is there',
      { OPENAI_API_KEY: 'hush-key', FOOTNOTE_CHAT_MODEL: 'fake-chat' },
      'ok: fake-chat',
    ],
  ])('with %s', async (_what, env, finding) => {
    const { configOf } = await startWorld();
    const model = await startFakeOpenAi({ apiKey: 'hush-key' });
    onTestFinished(() => model.close());
    const findings = await look(configOf({ OPENAI_BASE_URL: model.baseUrl, ...env }));
    expect(about(findings, 'language model')).toEqual([finding]);
  });

  test('that nobody answers for', async () => {
    const { configOf } = await startWorld();
    const findings = await look(configOf({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }));
    expect(about(findings, 'language model')).toEqual(['fail: nothing answers at OPENAI_BASE_URL']);
  });
});

describe('checks', () => {
  const never = { name: 'slow', run: () => new Promise<never>(() => {}) };

  test('take ten seconds at most, however many hang', async () => {
    const fake = createFakeClock();
    const good: Finding = { state: 'ok', name: 'good', said: 'fine' };
    const running = runChecks([never, { name: 'good', run: async () => [good] }, never], {
      clock: fake,
    });
    await fake.whenSleeping(2);
    await fake.advance(10_000);
    const late = { state: 'fail', name: 'slow', said: 'no answer within 10 s' };
    expect(await running).toEqual([late, good, late]);
  });
});

test('no secret is printed, whatever is wrong', async () => {
  const { slack, configOf } = await startWorld({ scopes: [] });
  const env = {
    ...{ SLACK_BOT_TOKEN: 'xoxb-hush-1', SLACK_APP_TOKEN: 'xapp-hush', OPENAI_API_KEY: 'sk-hush' },
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
  };
  slack.setTokenState('invalid_auth', 'T1');
  const config = configOf(env, 'places: [{ slack: { channel: C1 } }]');
  expect(renderFindings(await look(config))).not.toMatch(/hush/);
});
