/** The fake's limits hold, say so in Discord's headers, and end where Discord's end. */
import { describe, expect, it } from 'vitest';
import type { FakeDiscordOptions } from '../../fakes/discord/fake-discord.ts';
import { callDiscord, createStillClock, say, startWithWorld } from './fake-discord-setup.ts';

const startLimited = async (limits: FakeDiscordOptions['limits'] = 'on') => {
  const clock = createStillClock();
  const world = await startWithWorld({ clock, limits });
  const { fake } = world;
  const post = (channel = world.channel) =>
    callDiscord(fake, `POST /channels/${channel}/messages`, { content: 'x' });
  const edit = (id: string) =>
    callDiscord(fake, `PATCH /channels/${world.channel}/messages/${id}`, { content: 'y' });
  return { ...world, clock, post, edit };
};

const statuses = async (times: number, call: () => Promise<{ readonly status: number }>) => {
  const all: number[] = [];
  for (let at = 0; at < times; at += 1) all.push((await call()).status);
  return all;
};

describe('buckets', () => {
  it('let five messages a channel through in five seconds, and count down in headers', async () => {
    const { fake, clock, post } = await startLimited();
    const first = await post();
    expect(Object.fromEntries(first.headers)).toMatchObject({
      ...{ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4' },
      ...{ 'x-ratelimit-reset-after': '5.000', 'x-ratelimit-bucket': expect.any(String) },
      'x-ratelimit-reset': ((clock.now() + 5000) / 1000).toFixed(3),
    });
    expect(await statuses(4, post)).toEqual([200, 200, 200, 200]);
    clock.advance(1_500);
    const refused = await post();
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      ...{ message: 'The resource is being rate limited.', retry_after: 3.5, global: false },
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      ...{ 'retry-after': '4', 'x-ratelimit-scope': 'user', 'x-ratelimit-remaining': '0' },
    });
    expect((await post(fake.addChannel())).status).toBe(200);
    clock.advance(3_500);
    expect((await post()).status).toBe(200);
    expect(fake.limited()).toEqual({ user: 1, shared: 0, global: 0 });
  });

  it('count edits for themselves, or together with posts when asked to', async () => {
    const alone = await startLimited();
    const { body, headers } = await alone.post();
    const edited = await alone.edit(body.id);
    expect(edited.headers.get('x-ratelimit-bucket')).not.toBe(headers.get('x-ratelimit-bucket'));
    expect(edited.headers.get('x-ratelimit-remaining')).toBe('4');
    const together = await startLimited({ sharesMessageBucket: true });
    const posted = await together.post();
    expect(await statuses(5, () => together.edit(posted.body.id))).toEqual([
      ...[200, 200, 200, 200, 429],
    ]);
  });

  it('take other numbers', async () => {
    const bucket = { bucket: 'slow', limit: 1, windowMs: 60_000, per: 'channel' } as const;
    const { post } = await startLimited({ buckets: { createMessage: bucket } });
    expect(await statuses(2, post)).toEqual([200, 429]);
  });

  it('of a response go by its token, and no first answer has one', async () => {
    const { fake, channel, ann } = await startLimited();
    const { id, token } = fake.slashCommand({ channel, user: ann });
    const path = `POST /interactions/${id}/${token}/callback`;
    const answered = await callDiscord(fake, path, { type: 5 }, { token: null });
    expect(answered.headers.has('x-ratelimit-bucket')).toBe(false);
    const edit = () =>
      callDiscord(
        fake,
        `PATCH /webhooks/${fake.applicationId}/${token}/messages/@original`,
        { content: 'x' },
        { token: null },
      );
    expect(await statuses(6, edit)).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('let a thread be renamed twice in ten minutes', async () => {
    const { fake, channel, ann, clock } = await startLimited();
    fake.setPermissions({ channel, to: 'bot', allow: ['ManageThreads'] });
    const thread = fake.startThread({ channel, user: ann, name: 'n' });
    const rename = () => callDiscord(fake, `PATCH /channels/${thread}`, { name: 'other' });
    expect(await statuses(2, rename)).toEqual([200, 200]);
    const refused = await rename();
    expect([refused.status, refused.body.retry_after]).toEqual([429, 600]);
    const archived = await callDiscord(fake, `PATCH /channels/${thread}`, { archived: true });
    expect(archived.status).toBe(200);
    clock.advance(600_000);
    expect(
      (await callDiscord(fake, `PATCH /channels/${thread}`, { name: 'x', archived: false })).status,
    ).toBe(200);
  });
});

describe('the global limit', () => {
  it('counts all channels together, and no callbacks', async () => {
    const { fake, channel, ann, clock, post } = await startLimited({ globalPerSecond: 3 });
    const channels = [1, 2, 3].map(() => fake.addChannel());
    for (const each of channels) expect((await post(each)).status).toBe(200);
    const refused = await post();
    expect(refused.body).toMatchObject({ retry_after: 1, global: true });
    expect(refused.headers.get('x-ratelimit-global')).toBe('true');
    expect(refused.headers.get('x-ratelimit-scope')).toBe('global');
    const { id, token } = fake.slashCommand({ channel, user: ann });
    const path = `POST /interactions/${id}/${token}/callback`;
    expect((await callDiscord(fake, path, { type: 5 }, { token: null })).status).toBe(204);
    clock.advance(1_000);
    expect((await post()).status).toBe(200);
    expect(fake.limited()).toEqual({ user: 0, shared: 0, global: 1 });
  });
});

describe('invalid requests', () => {
  it('are 401, 403 and 429, but no shared 429; too many of them end in a ban', async () => {
    const { fake, channel, clock, post } = await startLimited({ invalidPerTenMinutes: 3 });
    await callDiscord(fake, 'GET /users/@me', undefined, { token: 'wrong' });
    fake.failNext('createMessage', { status: 429, scope: 'shared' });
    expect((await post()).headers.get('x-ratelimit-scope')).toBe('shared');
    fake.setPermissions({ channel, to: 'bot', deny: ['SendMessages'] });
    await post();
    expect(fake.invalidRequests()).toBe(2);
    clock.advance(600_000);
    expect(fake.invalidRequests()).toBe(0);
    expect(await statuses(4, post)).toEqual([403, 403, 403, 429]);
    const banned = await post();
    expect([banned.status, banned.body]).toEqual([429, 'error code: 1015']);
    clock.advance(3_600_000);
    expect((await post()).status).toBe(403);
  });
});

describe('without limits', () => {
  it('nothing is refused, and no header speaks of any', async () => {
    const { fake, channel, post } = await startLimited('off');
    for (let at = 0; at < 60; at += 1) await say(fake, channel);
    expect((await post()).headers.has('x-ratelimit-limit')).toBe(false);
  });
});
