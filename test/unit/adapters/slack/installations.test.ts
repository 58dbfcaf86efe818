/** Whose token is used for whom, for how long, and what of it lies in the store. */
import { describe, expect, test } from 'vitest';
import { BotError } from '../../../../src/domain/errors.ts';
import { startInstallWorld } from '../../../fakes/slack-installing.ts';

const countingFinds = (world: Awaited<ReturnType<typeof startInstallWorld>>) => {
  const { installationStore: store } = world;
  const asked: string[] = [];
  const find = store.findInstallation;
  store.findInstallation = async (platform, key) => {
    asked.push(key);
    return find(platform, key);
  };
  return asked;
};

describe('a token', () => {
  test('is looked up once a minute, by all callers together', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    const asked = countingFinds(world);
    await Promise.all(Array.from({ length: 20 }, () => world.botTokenOf({ team: 'T1' })));
    expect(asked).toEqual(['T1']);
    await world.clock.advance(60_000);
    await world.botTokenOf({ team: 'T1' });
    expect(asked).toEqual(['T1', 'T1']);
  });

  test('that is not there is looked up each time: a workspace that installs is served at once', async () => {
    const world = await startInstallWorld();
    const other = world.startProcess();
    await expect(other.botTokenOf({ team: 'T1' })).rejects.toThrow('installation_missing');
    await world.install({ teamId: 'T1' });
    expect(await other.botTokenOf({ team: 'T1' })).toBe(world.slack.tokenOf('T1'));
  });

  test('that another process removed is used for a minute at most', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    const other = world.startProcess();
    await other.botTokenOf({ team: 'T1' });
    world.slack.setTokenState('account_inactive', 'T1');
    await world.installations.removeRefused({ team: 'T1' });
    await expect(world.botTokenOf({ team: 'T1' })).rejects.toThrow('installation_missing');
    await world.clock.advance(60_000);
    await expect(other.botTokenOf({ team: 'T1' })).rejects.toThrow('installation_missing');
  });

  test('does not open in the row of another workspace', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    const [stored] = await world.installationStore.listInstallations('slack');
    if (stored === undefined) throw new Error('nothing is stored');
    await world.installationStore.putInstallation({ ...stored, key: 'T2' });
    await expect(world.botTokenOf({ team: 'T2' })).rejects.toThrow('secret_unreadable');
  });

  test('of a workspace that the configuration names no more is not used', async () => {
    const before = await startInstallWorld({ workspaces: ['T1'] });
    await before.install({ teamId: 'T1' });
    const after = await startInstallWorld({ workspaces: ['T2'] });
    const { botTokenOf } = after.startProcess(before.installationStore);
    await expect(botTokenOf({ team: 'T1' })).rejects.toThrow('installation_missing');
  });

  test('is out of reach while the store is', async () => {
    const world = await startInstallWorld();
    world.installationStore.findInstallation = async () => {
      throw new BotError('store_unavailable');
    };
    await expect(world.botTokenOf({ team: 'T1' })).rejects.toThrow('store_unavailable');
  });
});

describe('what is taken away', () => {
  test('is removed when Slack refuses its token, and nothing else', async () => {
    const world = await startInstallWorld();
    for (const teamId of ['T1', 'T2']) await world.install({ teamId });
    world.slack.setTokenState('token_revoked', 'T1');
    await world.installations.removeRefused({ team: 'T1' });
    await world.installations.removeRefused({ team: 'T1' });
    const left = await world.installations.list();
    expect(left.map(({ key }) => key)).toEqual(['T2']);
    expect(world.log.lines.filter(({ event }) => event === 'slack workspace gone')).toHaveLength(1);
  });

  test('stays when its token is good: the news came late, after a new installation', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    await world.installations.removeRefused({ team: 'T1' });
    expect(await world.installations.list()).toHaveLength(1);
  });

  test('stays when a new installation comes while Slack is asked', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    world.slack.setTokenState('account_inactive', 'T1');
    const stop = world.slack.stopAt({ method: 'auth.test' });
    const removing = world.installations.removeRefused({ team: 'T1' });
    await stop.reached;
    await world.install({ teamId: 'T1' });
    stop.release();
    await removing;
    expect(await world.botTokenOf({ team: 'T1' })).toBe(world.slack.tokenOf('T1'));
  });

  test('is not known while Slack is away', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    world.slack.failNext('auth.test', { status: 503 });
    await expect(world.installations.removeRefused({ team: 'T1' })).rejects.toThrow(
      'platform_unavailable',
    );
    expect(await world.installations.list()).toHaveLength(1);
  });
});

test('a list tells names and organisations', async () => {
  const world = await startInstallWorld();
  await world.install({ teamId: 'T1' });
  await world.install({ enterpriseId: 'E1' });
  expect(await world.installations.list()).toEqual([
    {
      ...{ key: 'E1', name: 'Acme & Sons', enterprise: 'E1', hasOldKey: false },
      botToken: world.slack.tokenOf('E1'),
    },
    { key: 'T1', name: 'Team T1', hasOldKey: false, botToken: world.slack.tokenOf('T1') },
  ]);
});
