import { describe, expect, test } from 'vitest';
import { botUserIdIn, parseEvent } from '../../../../adapters/slack/parse-event.ts';

type Fields = Readonly<Record<string, unknown>>;

const message: Fields = {
  type: 'message',
  channel: 'C1',
  channel_type: 'channel',
  user: 'U1',
  text: 'How many days of leave?',
  ts: '1767603600.000100',
};
const mention = { ...message, text: '<@UBOT> How many days of leave?' };
const inThread = { ...message, ts: '1767603700.000100', thread_ts: '1767603600.000100' };
const envelope = (event: unknown, over: Fields = {}): Fields => ({
  type: 'event_callback',
  team_id: 'T1',
  authorizations: [{ team_id: 'T1', user_id: 'UBOT', is_bot: true }],
  is_ext_shared_channel: false,
  event,
  ...over,
});
const parse = (event: unknown, over: Fields = {}) => parseEvent(envelope(event, over), 'UBOT');

describe('questions', () => {
  const question = {
    kind: 'question',
    message: {
      team: 'T1',
      channel: 'C1',
      ts: '1767603600.000100',
      rootTs: '1767603600.000100',
      user: 'U1',
      text: 'How many days of leave?',
      isDirect: false,
      isExternal: false,
    },
  };

  test('a mention and its twin are the same question', () => {
    expect(parse({ ...mention, type: 'app_mention', channel_type: undefined })).toEqual(question);
    expect(parse(mention)).toEqual(question);
  });

  test('a mention in a thread belongs to the thread', () => {
    expect(parse({ ...inThread, text: '<@UBOT> and then?' })).toMatchObject({
      kind: 'question',
      message: { ts: '1767603700.000100', rootTs: '1767603600.000100' },
    });
  });

  test('a direct message needs no mention', () => {
    expect(parse({ ...message, channel: 'D1', channel_type: 'im' })).toMatchObject({
      kind: 'question',
      message: { channel: 'D1', isDirect: true },
    });
  });

  test.each(['file_share', 'thread_broadcast'])('%s is an ordinary message', (subtype) => {
    expect(parse({ ...mention, subtype })).toMatchObject({ kind: 'question' });
  });

  test('the client id of a gesture is kept', () => {
    expect(parse({ ...mention, client_msg_id: 'm-1' })).toMatchObject({
      message: { clientMsgId: 'm-1' },
    });
  });

  test('fields that are null count as absent', () => {
    const nulls = { subtype: null, thread_ts: null, bot_id: null, client_msg_id: null };
    expect(parse({ ...mention, ...nulls })).toEqual(question);
  });
});

test('a message in a thread without a mention may be a follow-up', () => {
  expect(parse(inThread)).toMatchObject({ kind: 'follow-up-candidate' });
});

describe('deletions', () => {
  const deleted = { kind: 'deleted', team: 'T1', channel: 'C1', ts: '1767603600.000100' };
  const hidden = { type: 'message', channel: 'C1', hidden: true, ts: '1767603800.000100' };

  test('a deleted message', () => {
    const event = { ...hidden, subtype: 'message_deleted', deleted_ts: '1767603600.000100' };
    expect(parse({ ...event, previous_message: message })).toEqual(deleted);
    expect(parse(event)).toEqual(deleted);
  });

  test('a root that was deleted under its replies becomes a tombstone', () => {
    const tombstone = { type: 'message', subtype: 'tombstone', ts: '1767603600.000100' };
    const event = { ...hidden, subtype: 'message_changed', message: tombstone };
    expect(parse({ ...event, previous_message: message })).toEqual(deleted);
  });

  test('a deleted message of a bot is nothing to us', () => {
    const event = { ...hidden, subtype: 'message_deleted', deleted_ts: '1767603600.000100' };
    expect(parse({ ...event, previous_message: { ...message, bot_id: 'B1' } })).toEqual({
      kind: 'ignored',
      reason: 'not_a_person',
    });
  });
});

test.each<[string, Fields, string]>([
  [
    'an edit, also our own',
    { subtype: 'message_changed', hidden: true, message },
    'message_subtype',
  ],
  ['a join', { subtype: 'channel_join' }, 'message_subtype'],
  ['a message of a bot by its subtype', { subtype: 'bot_message' }, 'message_subtype'],
  ['a message of a bot', { ...mention, bot_id: 'B1' }, 'not_a_person'],
  ['our own message', { ...inThread, user: 'UBOT' }, 'not_a_person'],
  ['a message of Slack itself', { ...mention, user: 'USLACKBOT' }, 'not_a_person'],
  ['a message to nobody', {}, 'not_addressed'],
  ['a root that has replies by now', { thread_ts: message['ts'] }, 'not_addressed'],
  ['a reaction', { type: 'reaction_added' }, 'unknown_type'],
  ['a message without a channel', { channel: undefined }, 'unknown_shape'],
  ['a message without an author', { user: undefined }, 'unknown_shape'],
  ['a text that is no text', { text: { a: 1 } }, 'unknown_shape'],
])('ignores %s', (_what, over, reason) => {
  expect(parse({ ...message, ...over })).toEqual({ kind: 'ignored', reason });
});

test.each<[unknown]>([
  [null],
  ['x'],
  [7],
  [[]],
  [{}],
  [{ type: 'event_callback' }],
])('ignores %j', (body) => {
  expect(parseEvent(body, 'UBOT')).toEqual({ kind: 'ignored', reason: 'unknown_shape' });
});

describe('people and places outside', () => {
  test.each<[string, Fields, Fields]>([
    ['a channel shared with another company', {}, { is_ext_shared_channel: true }],
    ['an author of another team', { user_team: 'T2' }, {}],
    ['a source of another team', { source_team: 'T2' }, {}],
    ['a team of another team', { team: 'T2' }, {}],
  ])('are told by %s', (_what, over, body) => {
    expect(parse({ ...mention, ...over }, body)).toMatchObject({ message: { isExternal: true } });
  });

  test('the team is that of the installation, whoever wrote', () => {
    expect(parse({ ...mention, user_team: 'T2' }, { team_id: 'T2' })).toMatchObject({
      message: { team: 'T1', isExternal: true },
    });
  });
});

test('the event tells who the bot is', () => {
  expect(botUserIdIn(envelope(mention))).toBe('UBOT');
  expect(botUserIdIn(envelope(mention, { authorizations: [] }))).toBeUndefined();
  const person = { team_id: 'T1', user_id: 'U7', is_bot: false };
  expect(botUserIdIn(envelope(mention, { authorizations: [person] }))).toBeUndefined();
  expect(botUserIdIn(null)).toBeUndefined();
});
