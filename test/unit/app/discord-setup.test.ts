/** Holds what the commands print that set the bot up at Discord, and what they say where they cannot. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { permissions } from '../../../adapters/discord/permissions.ts';
import { printInvite, registerCommands } from '../../../app/discord-setup.ts';
import { ConfigFaults } from '../../../app/read-config.ts';
import { createSystemClock } from '../../../src/drivers/system/system-clock.ts';
import { buildConfig } from '../../fakes/build-config.ts';
import { startFakeDiscord } from '../../fakes/discord/fake-discord.ts';

const clock = createSystemClock();
const application = '100000000000000003';
const faultsOf = async (running: Promise<string>): Promise<readonly string[]> => {
  const error = await running.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return error instanceof ConfigFaults ? error.faults : [];
};
const invite = async (text?: string) => {
  const config = buildConfig({}, text === undefined ? {} : { text });
  const printed = await printInvite({ config, clock }, { application });
  expect(printed).toMatch(/^https:\/\/discord\.com\/oauth2\/authorize\?\S+\n$/);
  return Object.fromEntries(new URL(printed).searchParams);
};
const sum = (all: typeof permissions): string =>
  all.reduce((bits, { bit }) => bits | bit, 0n).toString();

describe('the link that adds the bot', () => {
  it('asks without a token for exactly what is used', async () => {
    expect(await invite()).toEqual({
      client_id: application,
      scope: 'bot applications.commands',
      permissions: sum(permissions.filter(({ onlyFor }) => onlyFor === undefined)),
    });
  });

  it('asks for what tags need where a place has one', async () => {
    const text = `dialogs: { default: {} }
places: [{ discord: { channel: '100000000000000001' }, answeredTag: '100000000000000002' }]`;
    expect((await invite(text))['permissions']).toBe(sum(permissions));
  });

  it('is refused for an id that is none, and where neither id nor token is there', async () => {
    const deps = { config: buildConfig(), clock };
    expect(await faultsOf(printInvite(deps, { application: 'footnote' }))).toEqual([
      "--application: expected the application's id, 17 to 20 digits",
    ]);
    const noToken = 'DISCORD_TOKEN: not set; it stands under Bot in the developer portal';
    expect(await faultsOf(printInvite(deps, {}))).toEqual([noToken]);
    expect(await faultsOf(registerCommands(deps))).toEqual([noToken]);
  });
});

describe('with a token', () => {
  const startWorld = async () => {
    const discord = await startFakeDiscord();
    onTestFinished(() => discord.close());
    const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
    return { discord, deps: { config: buildConfig(env), clock } };
  };

  it('the link is for the application that the token belongs to', async () => {
    const { discord, deps } = await startWorld();
    const url = new URL(await printInvite(deps, {}));
    expect(url.searchParams.get('client_id')).toBe(discord.applicationId);
  });

  it('the commands are registered once', async () => {
    const { discord, deps } = await startWorld();
    expect(await registerCommands(deps)).toBe('registered\n');
    expect(discord.commands().map(({ name }) => name)).toEqual(['ask', 'Ask Footnote']);
    expect(await registerCommands(deps)).toBe('unchanged\n');
  });

  it('that is refused both say so, and show nothing of it', async () => {
    const { discord, deps } = await startWorld();
    discord.setTokenState('revoked');
    const refused = ['DISCORD_TOKEN: Discord refuses it'];
    expect(await faultsOf(registerCommands(deps))).toEqual(refused);
    expect(await faultsOf(printInvite(deps, {}))).toEqual(refused);
  });
});
