/** The built product over Socket Mode alone: no port, no signing secret, and everything else as by HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../../fakes/openai/chat-script.ts';
import { citePassages } from './cite-passages.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { turnIdOf, turnInState } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const appToken = 'xapp-test-token';
const channel = 'C0PEOPLE';
let world: World;
let door: FootnoteProcess;

beforeAll(async () => {
  world = await startWorld({ testFileUrl: import.meta.url, slack: { appToken } });
  world.slack.addChannel({ id: channel });
  world.slack.addUser({ id: 'U0ADA', name: 'ada' });
  world.model.respond((request) =>
    answer(citePassages(request, 'By chat or by phone {Message your team lead before 09:30}.')),
  );
  [door] = await Promise.all([
    world.startSlack({ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: '' }),
    world.startWorker(),
  ]);
  await world.slack.waitFor(() => world.slack.socketConnections().length === 2);
});
afterAll(() => world?.close());

const ask = async () => {
  const text = 'How do I report sick leave?';
  const asked = await world.slack.mention({ channel, user: 'U0ADA', text, retries: true });
  await turnInState(world, { id: turnIdOf(world, asked), state: 'done' });
  return asked;
};

test('a mention is answered in its thread', async () => {
  const { threadTs, deliveries } = await ask();
  expect(deliveries.map(({ status }) => status)).toEqual([200, 200]);
  const [reply] = world.slack.botMessages(channel, threadTs);
  expect(reply?.text).toContain('By chat or by phone');
  expect(door.url).toBe('');
});

test('a mention after both connections were cut is answered too', async () => {
  world.slack.killSockets();
  await world.slack.waitFor(() => world.slack.socketConnections().join() === '3,4');
  const { threadTs } = await ask();
  expect(world.slack.botMessages(channel, threadTs)).toHaveLength(1);
  expect(world.slack.socketFaults()).toEqual([]);
});

test('another process on a port that it was given tells whether Slack reaches it, and its numbers', async () => {
  const other = await world.startSlack({
    ...{ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: '', FOOTNOTE_PORT: '0' },
  });
  await world.slack.waitFor(() => world.slack.socketConnections().length === 4);
  await other.logged('slack socket connected');
  const ready = await fetch(`${other.url}/readyz`);
  expect(await ready.json()).toEqual({ ready: true, parts: { store: true, slack: true } });
  const headers = { authorization: `Bearer ${world.env.FOOTNOTE_API_KEYS}` };
  const metrics = await (await fetch(`${other.url}/metrics`, { headers })).text();
  expect(metrics).toMatch(/^footnote_slack_socket_connections [12]$/m);
  const { code, tookMs } = await other.stop();
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
  await world.slack.waitFor(() => world.slack.socketConnections().length === 2);
});
