/** Whatever comes in place of an event, and whatever fails while one is taken in, nothing of it reaches the log or the answer to Slack. */
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { asId } from '../../src/domain/ids.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createSlackInbound, type SlackInboundDeps } from '../fakes/slack-inbound.ts';
import { oneWorkspace } from '../fakes/slack-workspaces.ts';
import { canaries, everything } from './canaries.ts';
import { startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

const clock = createFakeClock();
const envelope = (event: unknown, more: object = {}) => ({
  token: canaries.vendor,
  team_id: 'T1',
  type: 'event_callback',
  event_id: 'Ev1',
  authorizations: [{ team_id: 'T1', user_id: 'UBOT', is_bot: true }],
  ...more,
  event,
});
const mention = {
  type: 'app_mention',
  channel: 'C1',
  user: 'U1',
  ts: '1767603600.000100',
  text: `<@UBOT> ${canaries.question}`,
};
const blocks = [{ type: 'rich_text', elements: [{ text: canaries.question }] }];

const fail = async (): Promise<never> => {
  throw new Error(everything);
};

const set = async (overrides: Partial<SlackInboundDeps> = {}) => {
  const witness = createWitness();
  const server = await startHostileServer();
  const slackWay = oneWorkspace({
    apiUrl: `${server.url}/api/`,
    botToken: canaries.slackBotToken,
    callTimeoutMs: 1_000,
    ...{ clock, log: witness.log },
  });
  const inbound = createSlackInbound({
    ...slackWay,
    settings: { ...slackWay.settings, signingSecret: canaries.slackSigningSecret },
    receiveQuestion: fail,
    cancelTurn: fail,
    conversations: { findConversation: fail },
    ...{ editQuestion: fail, askAgain: fail, rateAnswer: fail },
    turns: { hasAsked: async () => true, getTurn: fail, listTurns: fail },
    dialogs: { listDialogs: fail, listKnowledgeBases: fail },
    followUps: true,
    looksLikeQuestion: () => true,
    placeOf: () => ({ dialogId: asId('default'), listen: 'mention', audience: 'team' }),
    clock,
    log: witness.log,
    ...overrides,
  });
  const send = async (
    rawBody: string,
    options: { readonly secret?: string; readonly atMs?: number; readonly headers?: object } = {},
  ): Promise<number> => {
    const timestamp = String(Math.floor((options.atMs ?? clock.now()) / 1_000));
    const digest = createHmac('sha256', options.secret ?? canaries.slackSigningSecret)
      .update(`v0:${timestamp}:${rawBody}`)
      .digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
      ...options.headers,
    };
    const response = await inbound.handle(
      new Request('http://localhost/slack/events', { method: 'POST', headers, body: rawBody }),
    );
    witness.shown('answer to Slack', [[...response.headers], await response.text()]);
    return response.status;
  };
  return { witness, send, close: inbound.close };
};

test('requests that Slack did not sign just now', async () => {
  const { witness, send } = await set();
  const body = JSON.stringify(envelope(mention));
  const signature = { 'x-slack-signature': canaries.slackSigningSecret };
  const statuses = [
    await send(body, { secret: 'another' }),
    await send(body, { atMs: clock.now() - 301_000 }),
    await send(body, { atMs: clock.now() + 301_000 }),
    await send(body, { headers: signature }),
    await send(body, { headers: { 'x-slack-request-timestamp': canaries.apiKey } }),
  ];
  expect(statuses).toEqual([401, 401, 401, 401, 401]);
  expect(witness.lines).toHaveLength(5);
  expect(witness.leaks()).toEqual([]);
});

test.each([
  ['half a JSON', JSON.stringify(envelope(mention)).slice(0, -9), 400],
  ['plain words', canaries.question, 400],
  ['a form', new URLSearchParams({ payload: canaries.question }).toString(), 400],
  ['a list', JSON.stringify([canaries.question]), 400],
  ['an event without a type', JSON.stringify({ event: mention }), 400],
  ['more than 1 MiB', JSON.stringify(envelope(mention)).padEnd(1024 * 1024 + 1), 413],
])('%s in place of an event', async (_what, body, status) => {
  const { witness, send } = await set();
  expect(await send(body)).toBe(status);
  expect(witness.leaks()).toEqual([]);
});

test.each([
  ['words for a channel', envelope({ ...mention, channel: { name: canaries.question } })],
  ['a list for a text', envelope({ ...mention, text: [canaries.question] })],
  ['no user', envelope({ ...mention, user: undefined })],
  ['no team', envelope(mention, { team_id: undefined, authorizations: [] })],
  ['words for authorizations', envelope(mention, { authorizations: canaries.question })],
  ['an unknown type', envelope({ ...mention, type: canaries.question })],
  ['an unknown subtype', envelope({ ...mention, type: 'message', subtype: canaries.question })],
  ['no event', envelope(undefined, { text: canaries.question })],
  ["Bolt's other kinds", { type: 'block_actions', message: { blocks }, text: canaries.question }],
])('an odd event: %s', async (_what, body) => {
  const { witness, send } = await set();
  expect([200, 400, 500]).toContain(await send(JSON.stringify(body)));
  expect(witness.leaks()).toEqual([]);
});

test.each([
  ['a question that can not be stored', { ...mention, blocks }],
  [
    'a follow-up that can not be looked up',
    { ...mention, type: 'message', text: canaries.question, thread_ts: '1.0' },
  ],
  [
    'a deletion that can not be stored',
    {
      ...{ type: 'message', subtype: 'message_deleted', channel: 'C1', deleted_ts: '1.1' },
      previous_message: { text: canaries.question, blocks },
    },
  ],
])('%s', async (_what, event) => {
  const { witness, send } = await set();
  expect(await send(JSON.stringify(envelope(event)))).toBe(500);
  expect(witness.lines.join()).toContain('slack event not taken in');
  expect(witness.leaks()).toEqual([]);
});

test('a store that is away, while Slack refuses every look-up', async () => {
  const { witness, send } = await set({
    placeOf: () => ({ dialogId: asId('default'), listen: 'mention' }),
    receiveQuestion: async () => {
      throw new BotError('store_unavailable');
    },
  });
  const noBot = envelope(mention, { authorizations: [{ team_id: 'T1', is_bot: false }] });
  expect(await send(JSON.stringify(envelope(mention)))).toBe(500);
  expect(await send(JSON.stringify(noBot))).toBe(500);
  expect(witness.lines.length).toBeGreaterThanOrEqual(3);
  expect(witness.leaks()).toEqual([]);
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const where = {
  ...{ team: { id: 'T1' }, user: { id: 'U1' }, channel: { id: 'C1' } },
  ...{ trigger_id: canaries.question, response_url: `http://127.0.0.1:1/${canaries.apiKey}` },
};
const input = { footnote_input: { footnote_input: { value: canaries.question } } };
const view = (callback_id: string, metadata: object) => ({
  ...{ type: 'view_submission', ...where },
  view: { callback_id, private_metadata: JSON.stringify(metadata), state: { values: input } },
});
const press = (action_id: string, value: string) => ({
  ...{ type: 'block_actions', ...where },
  container: { channel_id: 'C1', message_ts: '1767603600.000100' },
  actions: [{ action_id, value }],
});

test.each<[string, object | Record<string, string>]>([
  [
    'a command',
    {
      command: '/ask',
      text: canaries.question,
      channel_id: 'C1',
      user_id: 'U1',
      team_id: 'T1',
      trigger_id: canaries.question,
    },
  ],
  ['a command of an odd shape', { command: `/${canaries.question}`, text: canaries.question }],
  [
    'a shortcut',
    {
      type: 'message_action',
      callback_id: 'ask_about',
      ...where,
      message: { ts: '1767603600.000100', text: canaries.question },
    },
  ],
  [
    'a form',
    view('footnote_ask_view', { channel: 'C1', ts: '1767603600.000100', digest: '0'.repeat(32) }),
  ],
  ['a form of an odd shape', view('footnote_ask_view', { text: canaries.question })],
  [
    'a reason',
    view('footnote_reason_view', {
      turnId: canaries.question,
      channel: 'C1',
      ts: '1767603600.000100',
    }),
  ],
  ['a press', press('footnote_again', canaries.question)],
  ['a rating', press('footnote_feedback', `${canaries.question}|helpful`)],
])('%s that can not be taken in', async (_what, body) => {
  const { witness, send, close } = await set();
  const fields = 'command' in body ? body : { payload: JSON.stringify(body) };
  const rawBody = new URLSearchParams(fields as Record<string, string>).toString();
  expect(await send(rawBody, { headers: form })).toBe(200);
  await close();
  expect(witness.lines.length).toBeGreaterThan(0);
  expect(witness.leaks()).toEqual([]);
});
