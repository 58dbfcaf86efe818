import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../../adapters/http/authenticate.ts';
import { createHttpFixture, key, otherKey } from './http-fixture.ts';

const list = '/v1/conversation/list';

describe('with keys', () => {
  const http = createHttpFixture();
  const call = (headers: Record<string, string>) =>
    http.app.request(list, { headers }, { remoteAddress: '127.0.0.1' });

  it.each([key, otherKey])('answers the holder of %s', async (one) => {
    const response = await call({ authorization: `Bearer ${one}` });
    expect(response.status).toBe(200);
  });

  it.each([
    ['no header', {}],
    ['an empty one', { authorization: '' }],
    ['no scheme', { authorization: key }],
    ['another scheme', { authorization: `Basic ${key}` }],
    ['an unknown key', { authorization: 'Bearer nobody-has-this-key' }],
    ['a key with more behind it', { authorization: `Bearer ${key}x` }],
    ['two keys', { authorization: `Bearer ${key} ${otherKey}` }],
    ['the owner in place of the key', { authorization: `Bearer ${ownerOf(key)}` }],
  ])('refuses %s with 401, from this machine too', async (_, headers) => {
    const response = await call(headers as Record<string, string>);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await response.json()).toEqual({
      code: 401,
      message: 'Send a valid API key as `Authorization: Bearer <key>`.',
      data: null,
    });
  });

  it('answers from anywhere, through proxies too', async () => {
    const response = await http.app.request(
      list,
      { headers: { authorization: `bearer ${key}`, 'x-forwarded-for': '203.0.113.7' } },
      { remoteAddress: '10.0.0.1' },
    );
    expect(response.status).toBe(200);
  });

  it('refuses unknown routes below /v1 too, and shows the hint to everybody', async () => {
    expect((await http.app.request('/v1/nothing')).status).toBe(401);
    expect((await http.app.request('/')).status).toBe(200);
  });

  it('owns by a digest that does not hold the key', () => {
    expect(ownerOf(key)).toMatch(/^[0-9a-f]{16}$/);
    expect(ownerOf(key)).not.toBe(ownerOf(otherKey));
  });
});

describe('without keys', () => {
  const http = createHttpFixture({ apiKeys: [] });
  const call = (
    remoteAddress: string | undefined,
    headers: Record<string, string> = {},
    path = list,
  ) =>
    http.app.request(
      path,
      { headers: { host: 'localhost:3000', ...headers } },
      remoteAddress === undefined ? {} : { remoteAddress },
    );

  it.each([
    ['127.0.0.1', 'localhost'],
    ['127.0.0.1', 'localhost:3000'],
    ['127.8.9.1', '127.0.0.1:3000'],
    ['::1', '[::1]:3000'],
    ['::ffff:127.0.0.1', 'LOCALHOST:80'],
  ])('answers %s for the host %s', async (remoteAddress, host) => {
    for (const path of [list, '/'])
      expect((await call(remoteAddress, { host }, path)).status).toBe(200);
  });

  it('answers a page of this machine', async () => {
    expect((await call('127.0.0.1', { origin: 'http://localhost:5173' })).status).toBe(200);
  });

  it.each([
    ['another machine', '10.0.0.7', {}],
    ['a mapped address of another machine', '::ffff:10.0.0.7', {}],
    ['an unknown client', undefined, {}],
    ['a host that is not this machine', '127.0.0.1', { host: 'footnote.example.com' }],
    ['a host that begins like it', '127.0.0.1', { host: 'localhost.example.com' }],
    ['a host with a user before it', '127.0.0.1', { host: 'localhost@example.com' }],
    ['an empty host', '127.0.0.1', { host: '' }],
    ['a page of another site', '127.0.0.1', { origin: 'https://example.com' }],
    ['a page without an origin', '127.0.0.1', { origin: 'null' }],
    ...[
      'Forwarded',
      'Via',
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
      'X-Real-IP',
      'X-Original-Forwarded-For',
      'CF-Connecting-IP',
      'True-Client-IP',
    ].map((name): [string, string, Record<string, string>] => [
      `a proxy that sends ${name}`,
      '127.0.0.1',
      { [name]: '127.0.0.1' },
    ]),
  ])('refuses %s with 403', async (_, remoteAddress, headers) => {
    for (const path of [list, '/', '/v1/nothing']) {
      const response = await call(remoteAddress, headers as Record<string, string>, path);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 403, data: null });
    }
  });

  it('leaves health open', async () => {
    expect((await http.app.request('/healthz')).status).toBe(200);
    expect((await http.app.request('/readyz')).status).toBe(200);
  });
});
