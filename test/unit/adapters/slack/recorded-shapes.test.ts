/** What Footnote makes of each recorded request in `test/fixtures/slack`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Listening, setUpListening } from './set-up-listening.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/slack');
const team = 'T0000001';
const channel = 'C0000001';
const root = '1736207085.539649';

const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));

/** The world that the recordings are of, as far as Slack is asked about it. */
const setUp = async (): Promise<Listening> => {
  const it = await setUpListening();
  const enterpriseId = 'E0000001';
  it.slack.addEnterprise({ id: enterpriseId, botToken: `xoxb-${enterpriseId}` });
  it.slack.addTeam({
    ...{ id: team, enterpriseId, botToken: `xoxb-${team}`, botUserId: 'U0000BOT' },
  });
  for (const id of ['U0000001', 'U0000002']) it.slack.addUser({ id, teamId: team });
  it.slack.addUser({ id: 'W0000001', teamId: team });
  it.slack.addChannel({ id: channel, teamId: team });
  return it;
};
const isForm = (body: Record<string, unknown>): boolean => body['event'] === undefined;

const send = async (it: Listening, name: string) => {
  const body = recorded(name);
  if (!isForm(body) || body['type'] === 'url_verification')
    return it.slack.sendEvent({ type: name }, { rawBody: JSON.stringify(body) });
  const fields =
    body['command'] === undefined
      ? { payload: JSON.stringify(body) }
      : (body as Record<string, string>);
  const delivery = await it.slack.sendForm(fields, { eventType: name });
  await it.inbound.close();
  return delivery;
};
const asked = 'How many days of leave do I have?';

describe('becomes a question', () => {
  test.each<[string, object]>([
    ['app-mention', { question: { text: asked }, audience: 'team', replyTo: { threadTs: root } }],
    ['message-mention', { question: { text: asked }, clientMsgId: expect.stringMatching(/^78fc/) }],
    ['message-im', { question: { text: asked }, replyTo: { channel: 'D0000001', threadTs: root } }],
    [
      'message-thread-broadcast',
      {
        question: { text: 'and for part-timers?' },
        readThread: true,
        replyTo: { threadTs: root, ts: '1736481285.683829' },
      },
    ],
    [
      'message-file-share',
      {
        question: {
          text: 'Is this still right?',
          files: [{ id: 'F0000001', name: 'plan.txt', sizeBytes: 13 }],
        },
      },
    ],
    ['message-slack-connect', { audience: 'public', asker: 'U0000777', replyTo: { team } }],
    [
      'message-org-wide',
      { audience: 'team', asker: 'W0000001', replyTo: { team, enterprise: 'E0000001' } },
    ],
    [
      'slash-command',
      { question: { text: asked }, id: expect.stringMatching(/^slack-T0000001-t[0-9a-f]{32}$/) },
    ],
    [
      'view-submission',
      {
        question: { text: 'Why is the build red?' },
        id: 'slack-T0000001-t0123456789abcdef0123456789abcdef',
      },
    ],
  ])('%s', async (name, turn) => {
    const it = await setUp();
    expect((await send(it, name)).status).toBe(200);
    expect(await it.allTurns()).toMatchObject([turn]);
  });
});

test('app-mention and its twin message-mention are one question', async () => {
  const it = await setUp();
  await send(it, 'message-mention');
  await send(it, 'app-mention');
  expect(await it.allTurns()).toHaveLength(1);
});

test('message-in-thread is one where its author has asked, and nothing elsewhere', async () => {
  const it = await setUp();
  await send(it, 'message-in-thread');
  expect(await it.allTurns()).toEqual([]);
  await send(it, 'app-mention');
  await send(it, 'message-in-thread');
  expect((await it.allTurns()).map(({ question }) => question.text)).toEqual([
    asked,
    'and for part-timers?',
  ]);
});

test('message-changed-edit edits the question', async () => {
  const it = await setUp();
  await send(it, 'app-mention');
  await send(it, 'message-changed-edit');
  expect(await it.allTurns()).toMatchObject([
    { question: { text: 'How many days of leave do I have this year?' } },
  ]);
});

test.each(['message-deleted', 'message-tombstone'])('%s takes the question back', async (name) => {
  const it = await setUp();
  await send(it, 'app-mention');
  await send(it, name);
  expect(await it.allTurns()).toMatchObject([{ removeReply: true }]);
});

describe('is nothing to us', () => {
  test.each([
    'message-changed-unfurl',
    'message-changed-own',
    'message-channel-join',
    'message-bot',
  ])('%s, and the store is not asked', async (name) => {
    const it = await setUp();
    it.down.store = true;
    expect((await send(it, name)).status).toBe(200);
    expect([it.woken, it.troubles()]).toEqual([[], []]);
  });
});

test('message-action opens the form with the message in it', async () => {
  const it = await setUp();
  const trigger = it.slack.failNext('views.open', { status: 200, error: 'expired_trigger_id' });
  expect(trigger).toBeUndefined();
  expect((await send(it, 'message-action')).status).toBe(200);
  const [call] = it.slack.calls('views.open');
  expect(call?.args).toMatchObject({ trigger_id: '111.222.xxx' });
  expect(JSON.stringify(call?.args)).toContain('The build is red');
});

test('block-actions of a reply that is no turn of ours are ignored', async () => {
  const it = await setUp();
  for (const name of ['block-actions-button', 'block-actions-feedback'])
    expect((await send(it, name)).status).toBe(200);
  expect(it.troubles()).toEqual(Array(2).fill('slack press ignored, it belongs to no reply'));
});

test('block-actions-button stops the turn, block-actions-feedback rates it', async () => {
  const it = await setUp();
  await send(it, 'app-mention');
  const [turn] = await it.allTurns();
  if (turn === undefined) throw new Error('nothing was stored');
  const parts = [{ index: 0, platformId: '1736207090.000100' }];
  await it.answer(turn, { state: 'running', parts });
  await send(it, 'block-actions-button');
  await send(it, 'block-actions-feedback');
  expect(await it.allTurns()).toMatchObject([
    {
      cancelRequestedAt: expect.any(Date),
      ratings: { U0000001: { rater: 'U0000001', helpful: true } },
    },
  ]);
});

test('app-home-opened shows the Home', async () => {
  const it = await setUp();
  expect((await send(it, 'app-home-opened')).status).toBe(200);
  expect(it.slack.homeOf('U0000001')?.teamId).toBe(team);
});

test('url-verification is answered with its challenge', async () => {
  const it = await setUp();
  const { body } = await send(it, 'url-verification');
  expect(JSON.parse(body)).toEqual({ challenge: recorded('url-verification')['challenge'] });
});

test('every recording is told about here', () => {
  const told = readFileSync(import.meta.filename, 'utf8');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(names.filter((name) => !told.includes(name.replace('.json', '')))).toEqual([]);
  const listed = readFileSync(path.join(folder, 'README.md'), 'utf8');
  expect(names.filter((name) => !listed.includes(`\`${name.replace('.json', '')}\``))).toEqual([]);
});
