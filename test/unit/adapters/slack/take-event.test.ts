/** What people write in Slack becomes: a turn, an edit of one, or nothing. */
import { describe, expect, test } from 'vitest';
import { asId } from '../../../../src/domain/ids.ts';
import { channel, setUpListening, statuses } from './set-up-listening.ts';

describe('a mention', () => {
  test('in mid-thread has the thread read, at its beginning there is none', async () => {
    const { slack, turnsOf } = await setUpListening();
    const { ts } = await slack.say({ channel, user: 'U2', text: 'The build is red' });
    await slack.mention({ channel, user: 'U1', text: 'why?', threadTs: ts });
    await slack.mention({ channel, user: 'U1', text: 'and now?', threadTs: ts });
    expect((await turnsOf(ts)).map(({ readThread }) => readThread)).toEqual([true, true]);
    const first = await slack.mention({ channel, user: 'U1', text: 'How?' });
    await slack.threadReply({ channel, user: 'U1', threadTs: first.ts, text: 'And when?' });
    expect((await turnsOf(first.ts)).map(({ readThread }) => readThread)).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('with files keeps them, and with files alone asks what is in them', async () => {
    const { slack, turnsOf } = await setUpListening();
    const files = [
      { id: 'F1', name: 'plan.md', size: 12, mode: 'hosted' },
      { id: 'F2', name: 'notes.txt', size: 7, mode: 'snippet' },
      { id: 'F3', mode: 'tombstone' },
    ];
    const kept = [
      { id: 'F1', name: 'plan.md', sizeBytes: 12 },
      { id: 'F2', name: 'notes.txt', sizeBytes: 7 },
    ];
    const asked = await slack.mention({ channel, user: 'U1', text: 'Is this right?', files });
    const bare = await slack.mention({ channel, user: 'U1', text: '', files });
    expect(await turnsOf(asked.ts)).toMatchObject([
      { question: { text: 'Is this right?', files: kept } },
    ]);
    expect(await turnsOf(bare.ts)).toMatchObject([
      { question: { text: 'What is in plan.md and notes.txt?', files: kept } },
    ]);
    expect((await turnsOf(bare.ts))[0]).not.toHaveProperty('error');
  });

  test('with a file that a shared channel shows by its id alone asks without that id', async () => {
    const { slack, turnsOf } = await setUpListening();
    const unseen = (id: string) => ({ id, mode: 'file_access', file_access: 'check_file_info' });
    const plan = { id: 'F1', name: 'plan.md', size: 12, mode: 'hosted' };
    const textOf = async (...files: Readonly<Record<string, unknown>>[]) => {
      const { ts } = await slack.mention({ channel, user: 'U1', text: '', files });
      return (await turnsOf(ts))[0]?.question.text;
    };
    expect(await textOf(unseen('F2'))).toBe('What is in the attached file?');
    expect(await textOf(unseen('F2'), plan, unseen('F3'))).toBe(
      'What is in plan.md and the attached files?',
    );
  });

  test('with nothing but a deleted file is a mention without a question', async () => {
    const { slack, turnsOf } = await setUpListening();
    const files = [{ id: 'F3', mode: 'tombstone' }];
    const { ts } = await slack.mention({ channel, user: 'U1', text: '', files });
    expect(await turnsOf(ts)).toMatchObject([{ error: { code: 'question_empty' } }]);
  });
});

describe('a group message', () => {
  test('is answered when mentioned, for the team when all of them are', async () => {
    const { slack, turnsOf, troubles } = await setUpListening();
    slack.addChannel({ id: 'G1', isGroupMessage: true, members: ['U1', 'U2'] });
    slack.addChannel({ id: 'G2', isGroupMessage: true, members: ['U1', 'UGUEST'] });
    await slack.say({ channel: 'G1', user: 'U2', text: 'Who knows?' });
    const team = await slack.mention({ channel: 'G1', user: 'U1', text: 'How?' });
    const mixed = await slack.mention({ channel: 'G2', user: 'U1', text: 'How?' });
    await slack.threadReply({ channel: 'G1', user: 'U1', threadTs: team.ts, text: 'And when?' });
    expect((await turnsOf(team.ts, 'G1')).map(({ audience }) => audience)).toEqual([
      'team',
      'team',
    ]);
    expect((await turnsOf(mixed.ts, 'G2')).map(({ audience }) => audience)).toEqual(['public']);
    expect(troubles()).toEqual([]);
  });
});

describe('follow-ups', () => {
  test('can be switched off', async () => {
    const { slack, turnsOf } = await setUpListening({ followUps: false });
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'And when?' });
    expect(await turnsOf(ts)).toHaveLength(1);
  });
});

test('what is said in the thread to somebody else by name, or with an emoji alone, asks nothing', async () => {
  const { slack, turnsOf } = await setUpListening();
  const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
  for (const text of ['{U2} can you take this one?', ':+1:'])
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text });
  expect(await turnsOf(ts)).toHaveLength(1);
});

describe('where everything is listened to', () => {
  const listening = async () => {
    const it = await setUpListening();
    it.places[channel] = { listen: 'all' };
    return it;
  };

  test('what looks like a question becomes one that nobody asked us', async () => {
    const { slack, turnsOf } = await listening();
    const asked = await slack.say({ channel, user: 'U1', text: 'Where is the VPN guide?' });
    const told = await slack.say({ channel, user: 'U1', text: 'Lunch is here' });
    expect(await turnsOf(asked.ts)).toMatchObject([
      { unprompted: true, question: { text: 'Where is the VPN guide?' } },
    ]);
    expect(await turnsOf(told.ts)).toEqual([]);
  });

  test('a mention is an ordinary question', async () => {
    const { slack, turnsOf } = await listening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'Where is it?' });
    expect((await turnsOf(ts))[0]).not.toHaveProperty('unprompted');
  });

  test('where we said nothing people talk to each other', async () => {
    const { slack, turnsOf } = await listening();
    const { ts } = await slack.say({ channel, user: 'U1', text: 'Where is it?' });
    await slack.threadReply({ channel, user: 'U2', threadTs: ts, text: 'In the wiki, no?' });
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'Which page?' });
    expect(await turnsOf(ts)).toHaveLength(1);
  });

  test('where we answered unasked, a question goes on unasked and a thank-you is none', async () => {
    const { slack, turnsOf, answer } = await listening();
    const { ts } = await slack.say({ channel, user: 'U1', text: 'Where is it?' });
    const [turn] = await turnsOf(ts);
    if (turn === undefined) throw new Error('nothing was stored');
    await answer(turn, { parts: [{ index: 0, platformId: '1767603600.000900' }] });
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'Thanks a lot' });
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'And for Linux?' });
    expect(
      (await turnsOf(ts)).map(({ unprompted, question }) => [unprompted, question.text]),
    ).toEqual([
      [true, 'Where is it?'],
      [true, 'And for Linux?'],
    ]);
  });

  test('who mentioned us goes on as everywhere', async () => {
    const { slack, turnsOf } = await listening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'Where is it?' });
    await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'tell me more' });
    expect((await turnsOf(ts)).map(({ unprompted }) => unprompted)).toEqual([undefined, undefined]);
  });

  test('elsewhere nothing is overheard, and the store is not asked', async () => {
    const { slack, turnsOf, down } = await setUpListening();
    down.store = true;
    const { ts, deliveries } = await slack.say({ channel, user: 'U1', text: 'Where is it?' });
    expect(statuses(deliveries)).toEqual([200]);
    down.store = false;
    expect(await turnsOf(ts)).toEqual([]);
  });
});

test('a place that is switched off answers nothing, not even a mention, and heeds deletions', async () => {
  const { slack, places, turnsOf, edits } = await setUpListening();
  const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
  places[channel] = { listen: 'off' };
  const later = await slack.mention({ channel, user: 'U1', text: 'And now?' });
  await slack.threadReply({ channel, user: 'U1', threadTs: ts, text: 'And when?' });
  await slack.editMessage({ channel, ts, text: '{bot} Why?' });
  expect([await turnsOf(later.ts), edits]).toEqual([[], []]);
  expect(await turnsOf(ts)).toHaveLength(1);
  await slack.deleteMessage({ channel, ts });
  expect(await turnsOf(ts)).toMatchObject([{ removeReply: true }]);
});

describe('a question that is edited', () => {
  test('is edited on its turn', async () => {
    const { slack, turnsOf, edits } = await setUpListening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    const deliveries = await slack.editMessage({ channel, ts, text: '{bot} How & when?' });
    expect(statuses(deliveries)).toEqual([200]);
    const [turn] = await turnsOf(ts);
    expect(edits).toEqual([{ id: turn?.id, text: 'How & when?' }]);
  });

  test('keeps its turn when only the mention went', async () => {
    const { slack, turnsOf, edits } = await setUpListening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    await slack.editMessage({ channel, ts, text: 'How?' });
    expect([await turnsOf(ts), edits]).toMatchObject([[{ question: { text: 'How?' } }], []]);
  });

  test('is not when a link in it unfolds', async () => {
    const { slack, edits, down } = await setUpListening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'What is https://a.example?' });
    down.store = true;
    const deliveries = await slack.unfurl({ channel, ts, url: 'https://a.example' });
    expect([statuses(deliveries), edits]).toEqual([[200], []]);
  });

  test('of others changes nothing', async () => {
    const { slack, turnsOf, edits } = await setUpListening();
    const { ts } = await slack.say({ channel, user: 'U1', text: 'How?' });
    await slack.editMessage({ channel, ts, text: 'How and when?' });
    expect([await turnsOf(ts), edits]).toEqual([[], []]);
  });

  test('in a direct message is edited too', async () => {
    const { slack, edits } = await setUpListening();
    const { ts, channel: direct } = await slack.directMessage({ user: 'U1', text: 'How?' });
    await slack.editMessage({ channel: direct, ts, text: 'When?' });
    expect(edits).toMatchObject([{ text: 'When?' }]);
  });

  test('is not acknowledged while the store is away', async () => {
    const { slack, down } = await setUpListening();
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    down.store = true;
    expect(statuses(await slack.editMessage({ channel, ts, text: '{bot} When?' }))).toEqual([500]);
  });
});

test('a message that an edit puts our mention into becomes a question, once', async () => {
  const { slack, turnsOf, edits } = await setUpListening();
  const { ts } = await slack.say({ channel, user: 'U1', text: 'How?' });
  await slack.editMessage({ channel, ts, text: '{bot} How?' });
  await slack.editMessage({ channel, ts, text: 'How?' });
  await slack.editMessage({ channel, ts, text: '{bot} How?' });
  expect(await turnsOf(ts)).toMatchObject([{ question: { text: 'How?' } }]);
  expect(edits).toEqual([]);
});

describe('a mention that is added to what we overheard', () => {
  const overheard = async () => {
    const it = await setUpListening();
    it.places[channel] = { listen: 'all' };
    const { ts } = await it.slack.say({ channel, user: 'U1', text: 'How?' });
    const [turn] = await it.turnsOf(ts);
    if (turn === undefined) throw new Error('nothing was stored');
    return { ...it, ts, turn };
  };
  const edit = async ({ slack, ts }: Awaited<ReturnType<typeof overheard>>, text: string) =>
    statuses(await slack.editMessage({ channel, ts, text }));

  test('asks what we had nothing to say to, once', async () => {
    const it = await overheard();
    await it.answer(it.turn, { state: 'failed', error: { code: 'answer_withheld' } });
    expect(await edit(it, '{bot} How?')).toEqual([200]);
    await edit(it, 'How?');
    await edit(it, '{bot} How?');
    const [, asked, ...more] = await it.turnsOf(it.ts);
    expect(asked).toMatchObject({ id: `${it.turn.id}-r1`, asker: 'U1', audience: 'team' });
    expect([asked?.question.text, asked?.unprompted, more]).toEqual(['How?', undefined, []]);
  });

  test('asks it as it was edited', async () => {
    const it = await overheard();
    await it.answer(it.turn, { state: 'failed', error: { code: 'answer_withheld' } });
    await edit(it, '{bot} How and when?');
    expect((await it.turnsOf(it.ts)).at(-1)?.question.text).toBe('How and when?');
  });

  test('changes nothing where the answer stands', async () => {
    const it = await overheard();
    await it.answer(it.turn, { parts: [{ index: 0, platformId: '1767603600.000900' }] });
    await edit(it, '{bot} How?');
    expect(await it.turnsOf(it.ts)).toHaveLength(1);
  });
});

describe('an app that is installed for a whole organisation', () => {
  const inOrganisation = async () => {
    const it = await setUpListening();
    const { slack } = it;
    slack.addEnterprise({ id: 'E1', botToken: 'xoxb-E1' });
    slack.addTeam({ id: 'T0ORG', enterpriseId: 'E1', botUserId: 'W0BOT' });
    const org = { teamId: 'T0ORG' };
    slack.addUser({ id: 'W1', ...org });
    slack.addUser({ id: 'W2', ...org, homeTeamId: 'T0SISTER' });
    slack.addUser({ id: 'W3', ...org, homeTeamId: 'T0OTHER', enterpriseId: 'E9' });
    slack.addChannel({ id: 'C9', ...org });
    return it;
  };

  test.each([
    ['W1', 'of the workspace', 'team'],
    ['W2', 'of another workspace of the organisation', 'team'],
    ['W3', 'of another organisation', 'public'],
  ])('%s, %s: %s', async (user, _home, audience) => {
    const { slack, store } = await inOrganisation();
    const { ts } = await slack.mention({ channel: 'C9', user, text: 'How?' });
    expect(await store.turns.getTurn(asId(`slack-T0ORG-C9-${ts}`))).toMatchObject({
      audience,
      replyTo: { team: 'T0ORG', enterprise: 'E1', channel: 'C9', user },
    });
  });
});
