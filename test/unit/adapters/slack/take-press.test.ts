/** What people press under a reply is done, for the turn that the message belongs to and for who may. */
import { describe, expect, test } from 'vitest';
import { actionIds, feedbackValue } from '../../../../adapters/slack/action-ids.ts';
import { asId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { buildReference, buildScoredChunk } from '../../../fakes/build.ts';
import { channel, type Listening, setUpListening } from './set-up-listening.ts';

const text = (words: string) => ({ type: 'plain_text', text: words });
const buttons = (turnId: string) => [
  {
    type: 'actions',
    elements: [
      { type: 'button', text: text('Stop'), action_id: actionIds.stop, value: turnId },
      { type: 'button', text: text('Again'), action_id: actionIds.again, value: turnId },
      { type: 'button', text: text('Passages'), action_id: actionIds.passages, value: turnId },
    ],
  },
  {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: actionIds.feedback,
        positive_button: { text: text('Helpful'), value: feedbackValue(turnId, true) },
        negative_button: { text: text('Not helpful'), value: feedbackValue(turnId, false) },
      },
    ],
  },
];
const reference = buildReference({
  chunks: [
    buildScoredChunk({ url: 'https://docs.example/leave?a=1&b=2#days' }),
    buildScoredChunk({
      ...{ id: asId('chunk-2'), documentId: asId('document-2'), documentTitle: 'Illness <@U2>' },
      text: 'Tell your manager <!channel> *before* nine.',
      place: { titlePath: [], anchor: '', line: 1 },
    }),
    buildScoredChunk({ id: asId('chunk-3'), documentId: asId('document-3') }),
  ],
});
const answer = { text: 'Before nine [ID:1]. You have 28 days [ID:0].' };

/** A question of `U1` whose reply stands in the thread; answered unless `running`. */
const replied = async (it: Listening, { running = false }: { readonly running?: boolean } = {}) => {
  const { ts: threadTs } = await it.slack.mention({ channel, user: 'U1', text: 'How?' });
  const [turn] = await it.turnsOf(threadTs);
  if (turn === undefined) throw new Error('nothing was stored');
  const ts = await it.post({ thread_ts: threadTs, text: 'reply', blocks: buttons(turn.id) });
  await it.answer(turn, {
    parts: [{ index: 0, platformId: ts }],
    ...(running ? { state: 'running' } : { answer, reference }),
  });
  return { turn, ts, threadTs };
};
const press = async (
  it: Listening,
  { ts }: { readonly ts: string },
  over: Omit<Parameters<Listening['slack']['click']>[0], 'channel' | 'ts' | 'user'> & {
    readonly user?: string;
  },
) => {
  const delivery = await it.slack.click({ channel, ts, user: 'U1', ...over });
  await it.inbound.close();
  return delivery;
};
const stored = async (it: Listening, turn: Turn) => it.store.turns.getTurn(turn.id);

describe('stop', () => {
  test.each(['U1', 'UADMIN'])('by %s cancels the turn and keeps what came', async (user) => {
    const it = await setUpListening();
    const reply = await replied(it, { running: true });
    expect((await press(it, reply, { user, actionId: actionIds.stop })).status).toBe(200);
    const turn = await stored(it, reply.turn);
    expect(turn?.cancelRequestedAt).toBeInstanceOf(Date);
    expect(turn?.removeReply).not.toBe(true);
    expect(it.toldTo(user)).toEqual([]);
  });

  test.each([
    'U2',
    'UGUEST',
  ])('by %s, who did not ask, is refused with a sentence', async (user) => {
    const it = await setUpListening();
    const reply = await replied(it, { running: true });
    await press(it, reply, { user, actionId: actionIds.stop });
    expect((await stored(it, reply.turn))?.cancelRequestedAt).toBeUndefined();
    expect(it.toldTo(user)).toEqual([
      'Only the person who asked, or an admin of this workspace, can stop this answer.',
    ]);
  });

  test('of what is finished says so', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { actionId: actionIds.stop });
    expect(it.toldTo('U1')).toEqual(['This answer is finished already.']);
  });
});

describe('ask again', () => {
  test.each([
    ['U2', 'team'],
    ['UGUEST', 'public'],
  ])('by %s asks for them, for the %s', async (user, audience) => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { user, actionId: actionIds.again });
    expect(it.repeats).toEqual([{ id: reply.turn.id, asker: user, audience }]);
  });

  test('where we are switched off says so', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    it.places[channel] = { listen: 'off' };
    await press(it, reply, { actionId: actionIds.again });
    expect([it.repeats, it.toldTo('U1')]).toEqual([[], ['I am switched off in this channel.']]);
  });

  test('pressed once is asked once, however often the request comes', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    const fields = {
      payload: JSON.stringify({
        type: 'block_actions',
        ...{ team: { id: 'T0FAKE' }, user: { id: 'U1' }, trigger_id: 't' },
        container: { channel_id: channel, message_ts: reply.ts, thread_ts: reply.threadTs },
        actions: [{ action_id: actionIds.again, value: reply.turn.id }],
      }),
    };
    for (const _time of [1, 2, 3]) await it.slack.sendForm(fields, { eventType: 'block_actions' });
    await it.inbound.close();
    expect(it.repeats).toHaveLength(1);
  });
});

describe('passages', () => {
  test('are shown to who pressed, as the footnotes number them', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { user: 'U2', actionId: actionIds.passages });
    expect(it.toldTo('U1')).toEqual([]);
    const [shown] = it.slack.timeline().filter(({ onlyFor }) => onlyFor === 'U2');
    expect(shown).toMatchObject({ kind: 'ephemeral', threadTs: reply.threadTs, pings: [] });
    const leave = { type: 'link', text: 'Leave', url: 'https://docs.example/leave?a=1&b=2#days' };
    expect(shown?.blocks).toMatchObject([
      {
        elements: [
          { elements: [{ text: '1. ' }, { type: 'text', text: 'Illness <@U2>' }] },
          { elements: [{ text: 'Tell your manager <!channel> *before* nine.' }] },
        ],
      },
      {
        elements: [
          { elements: [{ text: '2. ' }, leave, { text: ' › Leave › Days' }] },
          { elements: [{ text: 'Everybody has 28 days of leave a year.' }] },
        ],
      },
    ]);
    expect(shown?.blocks).toHaveLength(2);
  });

  test('of a team answer are not for a guest', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { user: 'UGUEST', actionId: actionIds.passages });
    expect(it.toldTo('UGUEST')).toEqual(['These passages are for members of the team.']);
  });

  test('of a shared channel are for members, and what is public is for all', async () => {
    const it = await setUpListening();
    it.places[channel] = { audience: 'public' };
    const reply = await replied(it);
    await press(it, reply, { user: 'UGUEST', actionId: actionIds.passages });
    expect(it.toldTo('UGUEST').join()).toContain('Everybody has 28 days');
  });
});

describe('a rating', () => {
  test('helpful is stored, and thanked for', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { user: 'U2', actionId: actionIds.feedback, choice: 'positive' });
    expect(it.ratings).toEqual([{ id: reply.turn.id, rater: 'U2', helpful: true }]);
    expect(it.toldTo('U2')).toEqual(['Thank you, your rating is noted.']);
  });

  test('not helpful is stored at once; the reason comes by a form', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { actionId: actionIds.feedback, choice: 'negative' });
    const rating = { id: reply.turn.id, rater: 'U1', helpful: false };
    expect(it.ratings).toEqual([rating]);
    const inputs = { footnote_input: ' It is from 2019 & wrong ' };
    const { delivery, errors } = await it.slack.submitModal({ user: 'U1', inputs });
    await it.inbound.close();
    expect([delivery.status, errors]).toEqual([200, undefined]);
    expect(it.ratings).toEqual([rating, { ...rating, reason: 'It is from 2019 & wrong' }]);
    expect(it.toldTo('U1')).toEqual(['Thank you, your rating is noted.']);
  });

  test('without a reason stays as it is', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { actionId: actionIds.feedback, choice: 'negative' });
    await it.slack.submitModal({ user: 'U1', inputs: {} });
    expect(it.ratings.map(({ reason }) => reason)).toEqual([undefined, undefined]);
  });

  test('is stored also when Slack opens no form', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    it.slack.failNext('views.open', { status: 500 });
    await press(it, reply, { actionId: actionIds.feedback, choice: 'negative' });
    expect(it.ratings).toHaveLength(1);
    expect(it.toldTo('U1')).toEqual(['Thank you, your rating is noted.']);
  });

  test('keeps the form open with a sentence while the store is away', async () => {
    const it = await setUpListening();
    const reply = await replied(it);
    await press(it, reply, { actionId: actionIds.feedback, choice: 'negative' });
    it.down.store = true;
    const { errors } = await it.slack.submitModal({ user: 'U1', inputs: { footnote_input: 'x' } });
    expect(errors).toEqual({
      footnote_input: 'This could not be noted. Please send it once more in a while.',
    });
  });
});

describe('what belongs to another reply is ignored with a line in the log', () => {
  const actions = Object.values(actionIds).filter((id) => id !== actionIds.feedback);

  test.each(actions)('the value of another turn, with %s', async (actionId) => {
    const it = await setUpListening();
    const mine = await replied(it);
    const other = await replied(it, { running: true });
    await press(it, mine, { actionId, forgedValue: other.turn.id });
    expect(it.troubles()).toEqual(['slack press ignored, it belongs to no reply']);
    expect((await stored(it, other.turn))?.cancelRequestedAt).toBeUndefined();
    expect([it.repeats, it.toldTo('U1')]).toEqual([[], []]);
  });

  test.each([
    ['a turn that is none', 'slack-T0FAKE-C1-1.1'],
    ['words', 'drop everything'],
    ['a key of every object', '__proto__'],
  ])('%s', async (_what, forgedValue) => {
    const it = await setUpListening();
    await press(it, await replied(it), { actionId: actionIds.again, forgedValue });
    expect(it.troubles()).toEqual(['slack press ignored, it belongs to no reply']);
    expect(JSON.stringify(it.log.lines)).not.toContain(forgedValue);
  });

  test.each([
    ['another channel', { container: { channel_id: 'C2' } }],
    ['another message', { container: { message_ts: '1767603600.000100' } }],
    ['another thread', { container: { thread_ts: '1767603600.000100' } }],
    ['another workspace', { team: { id: 'T0OTHER' } }],
  ])('%s', async (_what, over) => {
    const it = await setUpListening();
    const { turn, ts, threadTs } = await replied(it);
    const { container, ...rest } = { container: {}, ...over };
    const payload = {
      ...{ type: 'block_actions', team: { id: 'T0FAKE' }, user: { id: 'U1' }, trigger_id: 't' },
      container: { channel_id: channel, message_ts: ts, thread_ts: threadTs, ...container },
      actions: [{ action_id: actionIds.again, value: turn.id }],
      ...rest,
    };
    const fields = { payload: JSON.stringify(payload) };
    await it.slack.sendForm(fields, { eventType: 'block_actions' });
    await it.inbound.close();
    expect(it.repeats).toEqual([]);
    expect(it.troubles()).toEqual(['slack press ignored, it belongs to no reply']);
  });
});

test('while the store is away the press is acknowledged and the person told', async () => {
  const it = await setUpListening();
  const reply = await replied(it);
  it.down.store = true;
  expect((await press(it, reply, { actionId: actionIds.again })).status).toBe(200);
  expect(it.toldTo('U1')).toEqual([
    'I cannot reach my database right now. Please ask again in a while.',
  ]);
  expect(it.troubles()).toEqual(['slack press failed']);
});
