/** Installing by OAuth from the first click to the stored token, with everybody who should not get that far. */
import { describe, expect, test } from 'vitest';
import { botScopes } from '../../../../adapters/slack/permissions.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import {
  clientSecret,
  type InstallWorld,
  startInstallWorld,
} from '../../../fakes/slack-installing.ts';

const begin = async (world: InstallWorld) => {
  const browser = world.openBrowser();
  const response = await browser.get('/slack/install');
  return { browser, location: response.headers.get('location') ?? '', response };
};
const exchanges = (world: InstallWorld) => world.slack.calls('oauth.v2.access').length;
const token = (world: InstallWorld, team: string, enterprise?: string) =>
  world.botTokenOf({ team, enterprise });

describe('a workspace', () => {
  test('installs the app and has its token', async () => {
    const world = await startInstallWorld();
    const page = await world.install({ teamId: 'T1' });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('It is now in Team T1.');
    expect(await token(world, 'T1')).toBe(world.slack.tokenOf('T1'));
    await expect(token(world, 'T2')).rejects.toThrow('installation_missing');
  });

  test('is asked for exactly the scopes of the manifest, and gets them', async () => {
    const world = await startInstallWorld();
    const { location } = await begin(world);
    const { origin, pathname, searchParams } = new URL(location);
    expect(`${origin}${pathname}`).toBe(new URL('/oauth/v2/authorize', world.slack.apiUrl).href);
    expect(searchParams.get('scope')?.split(',')).toEqual(botScopes);
    expect([...searchParams.keys()].toSorted()).toEqual(['client_id', 'scope', 'state']);
  });

  test('that installs again has the new token at once', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    const before = await token(world, 'T1');
    await world.install({ teamId: 'T1' });
    expect(await token(world, 'T1')).toBe(world.slack.tokenOf('T1'));
    expect(await token(world, 'T1')).not.toBe(before);
  });

  test('is stored without a readable token', async () => {
    const world = await startInstallWorld();
    await world.install({ teamId: 'T1' });
    const stored = JSON.stringify(await world.installationStore.listInstallations('slack'));
    expect(stored).toContain('"key":"T1"');
    expect(stored).not.toMatch(/xoxb|Team T1/);
  });

  test('that is not named in the configuration gets nothing, and its token is given back', async () => {
    const world = await startInstallWorld({ workspaces: ['T2'] });
    const page = await world.install({ teamId: 'T1' });
    expect(page.status).toBe(403);
    expect(await page.text()).toContain('Team T1 (T1) is not among the workspaces');
    expect(world.slack.tokenOf('T1')).toBeUndefined();
    expect(await world.installationStore.listInstallations('slack')).toEqual([]);
  });

  test('of any name may install where the configuration says so', async () => {
    const world = await startInstallWorld({ workspaces: 'any' });
    expect((await world.install({ teamId: 'T1' })).status).toBe(200);
  });

  test('may install when its organisation is named', async () => {
    const world = await startInstallWorld({ workspaces: ['E1'] });
    expect((await world.install({ teamId: 'T3' })).status).toBe(200);
    expect(await token(world, 'T3')).toBe(world.slack.tokenOf('T3'));
  });

  test('whose app rotates tokens gets nothing, and its token is given back', async () => {
    const world = await startInstallWorld({ tokenRotation: true });
    const page = await world.install({ teamId: 'T1' });
    expect(page.status).toBe(403);
    expect(await page.text()).toContain('Token rotation is switched on');
    expect(world.slack.tokenOf('T1')).toBeUndefined();
  });
});

describe('an organisation', () => {
  test('installs the app for all of its workspaces', async () => {
    const world = await startInstallWorld();
    expect((await world.install({ enterpriseId: 'E1' })).status).toBe(200);
    for (const team of ['T3', 'T4'])
      expect(await token(world, team, 'E1')).toBe(world.slack.tokenOf('E1'));
    await expect(token(world, 'T1')).rejects.toThrow('installation_missing');
  });

  test('does not install because one of its workspaces may', async () => {
    const world = await startInstallWorld({ workspaces: ['T3'] });
    expect((await world.install({ enterpriseId: 'E1' })).status).toBe(403);
  });

  test("stands behind a workspace's own installation", async () => {
    const world = await startInstallWorld();
    await world.install({ enterpriseId: 'E1' });
    await world.install({ teamId: 'T3' });
    expect(await token(world, 'T3', 'E1')).toBe(world.slack.tokenOf('T3'));
    expect(await token(world, 'T4', 'E1')).toBe(world.slack.tokenOf('E1'));
  });
});

describe('the state', () => {
  test('lies in a cookie that no script and no other site sees, for ten minutes', async () => {
    const { response } = await begin(await startInstallWorld());
    expect(response.status).toBe(302);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-footnote_install=[\w-]{32}; /);
    for (const part of ['Max-Age=600', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
      expect(cookie).toContain(part);
  });

  test('in the address does not tell what the cookie holds', async () => {
    const { browser, location } = await begin(await startInstallWorld());
    const [nonce = ''] = browser.cookies.values();
    expect(location).not.toContain(nonce);
  });

  test.each<readonly [string, (world: InstallWorld) => Promise<Response>]>([
    [
      'a browser that did not begin here',
      async (world) => {
        const { location } = await begin(world);
        return world.openBrowser().get(world.slack.approve(location, { teamId: 'T1' }));
      },
    ],
    [
      'a browser that began for itself',
      async (world) => {
        const victim = await begin(world);
        const { location } = await begin(world);
        return victim.browser.get(world.slack.approve(location, { teamId: 'T1' }));
      },
    ],
    [
      'a state that was changed',
      async (world) => {
        const { browser, location } = await begin(world);
        const back = new URL(world.slack.approve(location, { teamId: 'T1' }));
        const state = back.searchParams.get('state') ?? '';
        const last = state.endsWith('A') ? 'B' : 'A';
        back.searchParams.set('state', state.slice(0, -5) + last + state.slice(-4));
        return browser.get(back.href);
      },
    ],
    [
      'no state',
      async (world) => {
        const { browser, location } = await begin(world);
        const back = new URL(world.slack.approve(location, { teamId: 'T1' }));
        back.searchParams.delete('state');
        return browser.get(back.href);
      },
    ],
    [
      'a state of ten minutes ago',
      async (world) => {
        const { browser, location } = await begin(world);
        await world.clock.advance(600_000);
        return browser.get(world.slack.approve(location, { teamId: 'T1' }));
      },
    ],
  ])('is refused of %s', async (_who, act) => {
    const world = await startInstallWorld();
    const page = await act(world);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('was not begun in this browser');
    expect(exchanges(world)).toBe(0);
  });

  test('is good once, in whichever process the browser comes back to', async () => {
    const world = await startInstallWorld();
    const other = world.startProcess();
    const { browser, location } = await begin(world);
    const cookies = [...browser.cookies];
    const back = () => world.slack.approve(location, { teamId: 'T1' });
    expect((await browser.get(back(), { serve: other.routes.handle })).status).toBe(200);
    for (const serve of [world.routes.handle, other.routes.handle]) {
      for (const [name, value] of cookies) browser.cookies.set(name, value);
      expect((await browser.get(back(), { serve })).status).toBe(400);
    }
    expect(exchanges(world)).toBe(1);
  });

  test('is not used up by who only looks at the address', async () => {
    const world = await startInstallWorld();
    const { browser, location } = await begin(world);
    const back = world.slack.approve(location, { teamId: 'T1' });
    const looked = await browser.get(back, { method: 'HEAD' });
    expect([looked.status, looked.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await browser.get(back)).status).toBe(200);
  });
});

describe('what goes wrong', () => {
  test('is told: the person said no', async () => {
    const world = await startInstallWorld();
    const page = await world.install({ teamId: 'T1', denies: true });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('Slack was told not to install the app.');
    expect(exchanges(world)).toBe(0);
  });

  test("is told: Slack's code is refused", async () => {
    const world = await startInstallWorld();
    const { browser, location } = await begin(world);
    const back = new URL(world.slack.approve(location, { teamId: 'T1' }));
    back.searchParams.set('code', 'made-up');
    const page = await browser.get(back.href);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('Slack refused: invalid_code.');
  });

  test.each([
    ['Slack is away', 502, (world: InstallWorld) => world.slack.failNext('*', { status: 503 })],
    [
      'the database is away',
      503,
      (world: InstallWorld) => {
        world.installationStore.putInstallation = async () => {
          throw new BotError('store_unavailable');
        };
      },
    ],
  ])('is told: %s', async (_what, status, breakIt) => {
    const world = await startInstallWorld();
    const { browser, location } = await begin(world);
    breakIt(world);
    const page = await browser.get(world.slack.approve(location, { teamId: 'T1' }));
    expect(page.status).toBe(status);
    expect(await page.text()).toContain('does not answer');
  });
});

describe('a page', () => {
  test('escapes what Slack calls the workspace', async () => {
    const world = await startInstallWorld({ workspaces: ['T9'] });
    world.slack.addTeam({ id: 'T9', name: '<script>alert(1)</script>"&' });
    const text = await (await world.install({ teamId: 'T9' })).text();
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&amp;');
    expect(text).not.toContain('<script');
  });

  test('lets the browser run and load nothing, keeps the address to itself, and is not stored', async () => {
    const world = await startInstallWorld();
    const page = await world.install({ teamId: 'T1' });
    const policy = page.headers.get('content-security-policy') ?? '';
    const [, nonce] = /style-src 'nonce-([^']+)'/.exec(policy) ?? [];
    expect(policy.replace(`'nonce-${nonce}'`, 'NONCE')).toBe(
      "default-src 'none'; style-src NONCE; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(await page.text()).toContain(`<style nonce="${nonce}">`);
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('shows no token, secret or code, and neither does the log', async () => {
    const world = await startInstallWorld({ workspaces: ['T1'] });
    const pages = [
      await world.install({ teamId: 'T1' }),
      await world.install({ teamId: 'T2' }),
      await world.install({ teamId: 'T1', denies: true }),
    ];
    const shown = [
      ...(await Promise.all(pages.map((page) => page.text()))),
      ...pages.map((page) => JSON.stringify([...page.headers])),
      JSON.stringify(world.log.lines),
    ].join('\n');
    expect(shown).not.toMatch(/xoxb-|code-\d/);
    expect(shown).not.toContain(clientSecret);
    expect(world.log.lines.map(({ event }) => event)).toEqual([
      'slack workspace installed',
      'slack installation refused',
    ]);
  });
});
