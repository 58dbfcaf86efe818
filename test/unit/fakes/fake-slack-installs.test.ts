/** The fake installs, scopes and uninstalls as Slack does. */
import { describe, expect, it } from 'vitest';
import { callSlack, createManualClock, startReceiver, startWithWorld } from './fake-slack-setup.ts';

const app = {
  clientId: '1.2',
  clientSecret: 'hush',
  redirectUrls: ['https://bot.example/back', 'https://bot.example/other'],
};
const start = async (options: Parameters<typeof startWithWorld>[0] = {}) => {
  const fake = await startWithWorld(options);
  fake.registerApp(app);
  const authorizeUrl = (more: Record<string, string> = {}) => {
    const url = new URL('/oauth/v2/authorize', fake.apiUrl);
    url.search = new URLSearchParams({
      ...{ client_id: '1.2', scope: 'chat:write,users:read', state: 's1' },
      ...more,
    }).toString();
    return url.href;
  };
  const codeFor = (more: Record<string, string> = {}) => {
    const back = fake.approve(authorizeUrl(more), { teamId: 'T2' });
    return new URL(back).searchParams.get('code') ?? '';
  };
  const access = async (args: Record<string, string>) => {
    const sent = { client_id: '1.2', client_secret: 'hush', ...args };
    return (await callSlack(fake, 'oauth.v2.access', sent, { token: null, as: 'form' })).body;
  };
  fake.addTeam({ id: 'T2', name: 'Two' });
  return { fake, authorizeUrl, codeFor, access };
};
const form = (token: string) => ({ as: 'form', token }) as const;

describe('installing', () => {
  it('sends the person back with a code and the state, and gives a token for the code', async () => {
    const { fake, authorizeUrl, access } = await start();
    const back = new URL(fake.approve(authorizeUrl(), { teamId: 'T2' }));
    expect(back.origin + back.pathname).toBe('https://bot.example/back');
    expect(back.searchParams.get('state')).toBe('s1');
    const answer = await access({ code: back.searchParams.get('code') ?? '' });
    expect(answer).toMatchObject({
      ...{ ok: true, token_type: 'bot', scope: 'chat:write,users:read' },
      ...{ team: { id: 'T2', name: 'Two' }, enterprise: null, is_enterprise_install: false },
    });
    expect(answer['access_token']).toBe(fake.tokenOf('T2'));
  });

  it('sends a person who says no back without a code', async () => {
    const { fake, authorizeUrl } = await start();
    const back = new URL(fake.approve(authorizeUrl(), { teamId: 'T2', denies: true }));
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });

  it('takes a code once, for ten minutes, and with the right secret', async () => {
    const clock = createManualClock();
    const { codeFor, access } = await start({ clock });
    const code = codeFor();
    expect(await access({ code, client_id: '9.9' })).toMatchObject({ error: 'invalid_client_id' });
    expect(await access({ code, client_secret: 'x' })).toMatchObject({
      error: 'bad_client_secret',
    });
    expect(await access({ code })).toMatchObject({ ok: true });
    expect(await access({ code })).toMatchObject({ error: 'invalid_code' });
    const late = codeFor();
    clock.advance(600_000);
    expect(await access({ code: late })).toMatchObject({ error: 'invalid_code' });
  });

  it('wants the same redirect address in both steps, or in neither', async () => {
    const { fake, authorizeUrl, codeFor, access } = await start();
    const [url = ''] = app.redirectUrls;
    expect(() =>
      fake.approve(authorizeUrl({ redirect_uri: 'https://evil.example' }), { teamId: 'T2' }),
    ).toThrow('bad_redirect_uri');
    expect(await access({ code: codeFor(), redirect_uri: url })).toMatchObject({
      error: 'bad_redirect_uri',
    });
    const named = codeFor({ redirect_uri: url });
    expect(await access({ code: named })).toMatchObject({ error: 'bad_redirect_uri' });
    expect(await access({ code: named, redirect_uri: url })).toMatchObject({ ok: true });
  });

  it('refuses the earlier token once the app is installed anew', async () => {
    const { fake, codeFor, access } = await start();
    const first = String((await access({ code: codeFor() }))['access_token']);
    await access({ code: codeFor() });
    const { body } = await callSlack(fake, 'auth.test', {}, form(first));
    expect(body.error).toBe('account_inactive');
  });
});

describe('scopes', () => {
  it('are told with every answer, and a method without its own is refused', async () => {
    const { fake } = await start();
    fake.addTeam({ id: 'T5', botToken: 'xoxb-five', scopes: ['chat:write', 'channels:read'] });
    for (const id of ['C5', 'C6']) fake.addChannel({ id, teamId: 'T5', isPrivate: id === 'C6' });
    const response = await fetch(`${fake.apiUrl}auth.test`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-five' },
    });
    expect(response.headers.get('x-oauth-scopes')).toBe('chat:write,channels:read');
    const info = async (channel: string) =>
      (await callSlack(fake, 'conversations.info', { channel }, form('xoxb-five'))).body;
    expect(await info('C5')).toMatchObject({ ok: true });
    expect(await info('C6')).toMatchObject({
      ...{ ok: false, error: 'missing_scope', needed: 'groups:read' },
      provided: 'chat:write,channels:read',
    });
    const user = await callSlack(fake, 'users.info', { user: 'U1' }, form('xoxb-five'));
    expect(user.body.error).toBe('missing_scope');
  });
});

describe("an organisation's token", () => {
  it('speaks in all of its workspaces and in no other', async () => {
    const { fake } = await start();
    fake.addEnterprise({ id: 'E1', name: 'Acme', botToken: 'xoxb-org' });
    for (const id of ['T6', 'T7']) {
      fake.addTeam({ id, enterpriseId: 'E1' });
      fake.addChannel({ id: `C${id}`, teamId: id });
    }
    const post = async (channel: string) =>
      (
        await callSlack(
          fake,
          'chat.postMessage',
          { channel, text: 'x' },
          { token: 'xoxb-org', as: 'json' },
        )
      ).body;
    expect(await post('CT6')).toMatchObject({ ok: true });
    expect(await post('CT7')).toMatchObject({ ok: true });
    expect(await post('C1')).toMatchObject({ error: 'channel_not_found' });
    const { body } = await callSlack(fake, 'auth.test', {}, form('xoxb-org'));
    expect(body).toMatchObject({ team_id: 'E1', enterprise_id: 'E1', is_enterprise_install: true });
  });

  it('names no workspace in the authorization of an event', async () => {
    const { fake } = await start();
    const { url, received } = await startReceiver();
    fake.sendEventsTo(url);
    fake.addEnterprise({ id: 'E1', botToken: 'xoxb-org' });
    fake.addTeam({ id: 'T6', enterpriseId: 'E1' });
    await fake.sendEvent({ type: 'app_mention' }, { teamId: 'T6' });
    expect(received[0]?.body).toMatchObject({
      ...{ team_id: 'T6', enterprise_id: 'E1' },
      authorizations: [{ enterprise_id: 'E1', team_id: null, is_enterprise_install: true }],
    });
  });
});

describe('leaving', () => {
  it('gives a token back', async () => {
    const { fake, codeFor, access } = await start();
    const token = String((await access({ code: codeFor() }))['access_token']);
    const test = await callSlack(fake, 'auth.revoke', { test: 'true' }, form(token));
    expect(test.body).toMatchObject({ ok: true, revoked: false });
    expect((await callSlack(fake, 'auth.revoke', {}, form(token))).body['revoked']).toBe(true);
    expect((await callSlack(fake, 'auth.test', {}, form(token))).body.error).toBe('token_revoked');
  });

  it('tells by both events, without an authorization', async () => {
    const { fake, codeFor, access } = await start();
    const { url, received } = await startReceiver();
    fake.sendEventsTo(url);
    const token = String((await access({ code: codeFor() }))['access_token']);
    await fake.uninstall({ teamId: 'T2', eventsFirst: 'tokens_revoked' });
    expect(received.map(({ body }) => [body.event.type, body.team_id])).toEqual([
      ['tokens_revoked', 'T2'],
      ['app_uninstalled', 'T2'],
    ]);
    expect(received[0]?.body.event.tokens).toEqual({ oauth: [], bot: ['U0BOTT2'] });
    expect(received[0]?.body).not.toHaveProperty('authorizations');
    const { body } = await callSlack(fake, 'auth.test', {}, form(token));
    expect(body.error).toBe('account_inactive');
  });
});
