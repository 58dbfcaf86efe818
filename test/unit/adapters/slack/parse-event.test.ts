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
      isMention: true,
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

  test('in a group message only a mention is one', () => {
    const said = { ...message, channel: 'G1', channel_type: 'mpim' };
    expect(parse(said)).toMatchObject({ kind: 'overheard' });
    expect(parse({ ...said, text: mention.text })).toMatchObject({
      kind: 'question',
      message: { isDirect: false },
    });
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

test('a message to nobody is overheard, also a root that has replies by now', () => {
  expect(parse(message)).toMatchObject({ kind: 'overheard', message: { isMention: false } });
  expect(parse({ ...message, thread_ts: message['ts'] })).toMatchObject({ kind: 'overheard' });
});

test.each([
  '<@U7> where is it?',
  '<@W7|ann> where is it?',
  '<!subteam^S1|@it> where is it?',
])('what is said to somebody else is theirs to answer: %s', (text) => {
  expect(parse({ ...message, text })).toEqual({ kind: 'ignored', reason: 'to_somebody_else' });
  expect(parse({ ...inThread, text })).toEqual({ kind: 'ignored', reason: 'to_somebody_else' });
  const both = { ...inThread, text: `${text} <@UBOT>` };
  expect(parse(both)).toMatchObject({ kind: 'question' });
});

test.each([
  ':+1:',
  ':thumbsup::skin-tone-2: :tada:',
  '👍🏽',
  '❤️ 👨‍👩‍👧',
  '🇳🇱',
])('an emoji in a thread asks nothing: %s', (text) => {
  expect(parse({ ...inThread, text })).toEqual({ kind: 'ignored', reason: 'only_emoji' });
  expect(parse({ ...inThread, text: `${text} and Linux` })).toMatchObject({
    kind: 'follow-up-candidate',
  });
  expect(parse({ ...mention, text: `<@UBOT> ${text}` })).toMatchObject({ kind: 'question' });
  const files = [{ id: 'F1', name: 'plan.md', size: 1200, mode: 'hosted' }];
  expect(parse({ ...inThread, text, files })).toMatchObject({ kind: 'follow-up-candidate' });
});

test.each(['', '2', '12:30:45', '#1'])('what is no emoji may ask in a thread: %j', (text) => {
  expect(parse({ ...inThread, text })).toMatchObject({ kind: 'follow-up-candidate' });
});

describe('files', () => {
  const hosted = { id: 'F1', name: 'plan.md', size: 1200, mode: 'hosted' };
  const filesOf = (...files: readonly unknown[]) => {
    const parsed = parse({ ...mention, subtype: 'file_share', files });
    return parsed.kind === 'question' ? parsed.message.files : parsed;
  };

  test('are named with their size', () => {
    expect(
      filesOf(hosted, { ...hosted, id: 'F2', mode: 'snippet', name: null, title: 'T' }),
    ).toEqual([
      { id: 'F1', name: 'plan.md', sizeBytes: 1200 },
      { id: 'F2', name: 'T', sizeBytes: 1200 },
    ]);
  });

  test('that lie elsewhere, or are shown by their id alone, are named too', () => {
    const elsewhere = { ...hosted, mode: 'external', is_external: true, size: 0 };
    const unseen = { id: 'F3', mode: 'file_access', file_access: 'check_file_info' };
    expect(filesOf(elsewhere, unseen)).toEqual([
      { id: 'F1', name: 'plan.md', sizeBytes: 0 },
      { id: 'F3', name: 'F3', sizeBytes: 0 },
    ]);
  });

  test('that are gone, or no files, are left out and cost no question', () => {
    expect(filesOf({ id: 'F1', mode: 'tombstone' }, { id: 'F2', mode: 'hidden_by_limit' })).toBe(
      undefined,
    );
    expect(filesOf(null, 'F1', { id: 'not an id' }, { id: 'F4', size: 'big' })).toEqual([
      { id: 'F4', name: 'F4', sizeBytes: 0 },
    ]);
    expect(parse({ ...mention, files: 'F1' })).toMatchObject({ kind: 'question' });
  });
});

describe('edits', () => {
  const hidden = { type: 'message', subtype: 'message_changed', channel: 'C1', hidden: true };
  const edited = { user: 'U1', ts: '1767603900.000000' };
  const changed = (now: Fields, before: Fields | undefined) => ({
    ...{ ...hidden, ts: '1767603900.000100' },
    message: { ...now, edited },
    ...(before === undefined ? {} : { previous_message: before }),
  });

  test('tell what stands there now and before', () => {
    const now = { ...mention, text: '<@UBOT> How many days &amp; hours?' };
    expect(parse(changed(now, mention))).toMatchObject({
      kind: 'edited',
      message: { ts: message['ts'], user: 'U1', text: 'How many days & hours?' },
      previousText: 'How many days of leave?',
      mentionAdded: false,
    });
  });

  test('tell when the mention was put in, and when it was taken out', () => {
    expect(parse(changed(mention, message))).toMatchObject({ mentionAdded: true });
    expect(parse(changed(message, mention))).toMatchObject({ kind: 'edited', mentionAdded: false });
    expect(parse(changed(mention, undefined))).toMatchObject({
      previousText: undefined,
      mentionAdded: false,
    });
  });

  test.each<[string, Fields]>([
    ['a link was unfurled', { ...hidden, message: mention, previous_message: mention }],
    ['the text is the same', changed(mention, mention)],
  ])('are none when %s', (_what, event) => {
    expect(parse(event)).toEqual({ kind: 'ignored', reason: 'nothing_edited' });
  });

  test('of our own, and of other bots, are none', () => {
    const ours = { ...message, user: 'UBOT', bot_id: 'B1' };
    expect(parse(changed({ ...ours, text: 'more' }, ours))).toEqual({
      kind: 'ignored',
      reason: 'not_a_person',
    });
  });
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
    'nothing_edited',
  ],
  ['a join', { subtype: 'channel_join' }, 'message_subtype'],
  ['a message of a bot by its subtype', { subtype: 'bot_message' }, 'message_subtype'],
  ['a message of a bot', { ...mention, bot_id: 'B1' }, 'not_a_person'],
  ['our own message', { ...inThread, user: 'UBOT' }, 'not_a_person'],
  ['a message of Slack itself', { ...mention, user: 'USLACKBOT' }, 'not_a_person'],
  ['a reaction', { type: 'reaction_added' }, 'unknown_type'],
  ['a message without a channel', { channel: undefined }, 'unknown_shape'],
  ['a message without an author', { user: undefined }, 'unknown_shape'],
  ['a time that is none', { ts: 'yesterday' }, 'unknown_shape'],
  ['an author that is no id', { user: 'Robert' }, 'unknown_shape'],
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

describe('an app that is installed for a whole organisation', () => {
  const orgWide = {
    enterprise_id: 'E1',
    authorizations: [
      {
        ...{ enterprise_id: 'E1', team_id: null, user_id: 'UBOT' },
        ...{ is_bot: true, is_enterprise_install: true },
      },
    ],
  };

  test('is told the workspace by the event', () => {
    expect(parse(mention, orgWide)).toMatchObject({ message: { team: 'T1', enterprise: 'E1' } });
    expect(parse(mention, { ...orgWide, context_team_id: 'T2' })).toMatchObject({
      message: { team: 'T2', enterprise: 'E1' },
    });
  });

  test.each([
    ['another workspace', { user_team: 'T7' }, false],
    ['the organisation itself', { user_team: 'E1', source_team: 'E1' }, false],
    ['another organisation', { user_team: 'E2' }, true],
  ])('hears of a person of %s', (_home, over, isExternal) => {
    expect(parse({ ...mention, ...over }, orgWide)).toMatchObject({ message: { isExternal } });
  });

  test('is not taken for one when it is installed in one of its workspaces', () => {
    const [authorization] = orgWide.authorizations;
    const authorizations = [{ ...authorization, team_id: 'T1', is_enterprise_install: false }];
    const parsed = parse(mention, { ...orgWide, authorizations });
    expect(parsed.kind === 'question' && parsed.message).not.toHaveProperty('enterprise');
  });
});

test('the event tells who the bot is', () => {
  expect(botUserIdIn(envelope(mention))).toBe('UBOT');
  expect(botUserIdIn(envelope(mention, { authorizations: [] }))).toBeUndefined();
  const person = { team_id: 'T1', user_id: 'U7', is_bot: false };
  expect(botUserIdIn(envelope(mention, { authorizations: [person] }))).toBeUndefined();
  expect(botUserIdIn(null)).toBeUndefined();
});
