/** What was written while the bot was away. */
import { describe, expect, test, vi } from 'vitest';
import { createIntake } from '../../../../adapters/discord/intake.ts';
import { createLookBack, type LookBackDeps } from '../../../../adapters/discord/look-back.ts';
import { createPlaces } from '../../../../adapters/discord/places.ts';
import { idAt } from '../../../../adapters/discord/snowflake.ts';
import { discordConversationKey } from '../../../../src/domain/turn-id.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { type Listening, setUpListening } from './set-up-listening.ts';

const lookBacks = ({ log }: Pick<Listening, 'log'>) =>
  log.lines.filter(({ event }) => event === 'discord looks back').map(({ details }) => details);

describe('over the gateway', () => {
  test('what was put to us is answered once, whether or not it was answered before', async () => {
    const it = await setUpListening();
    const forum = it.discord.addChannel({ type: 'forum' });
    it.bind({ channel: forum, listen: 'all' });
    const first = await it.start();
    const before = it.discord.mention({ channel: it.channel, user: it.ann, text: 'before?' });
    const thread = it.discord.startThread({ ...before, user: it.ann, name: 'before' });
    const direct = it.discord.directMessage({ user: it.ann, text: 'in private?' });
    for (const { message } of [before, direct]) await it.stored(message);
    await first.stop();

    const missed = [
      it.discord.mention({ channel: it.channel, user: it.ben, text: 'meanwhile?' }),
      it.discord.post({ channel: thread, user: it.ann, text: 'and part-timers?' }),
      it.discord.directMessage({ user: it.ann, text: 'are you there?' }),
      it.discord.createForumPost({ channel: forum, user: it.ben, title: 'Printer', text: 'Help.' }),
    ];
    const chatter = it.discord.post({ channel: it.channel, user: it.ben, text: 'hello?' });
    await it.start();
    for (const { message } of missed) await it.stored(message);
    expect(await it.turnOf(chatter.message)).toBeUndefined();
    expect(await it.allTurns()).toHaveLength(6);
    expect(it.troubles()).toEqual([]);
  });

  test('what somebody wrote to others before they called us stays theirs', async () => {
    const it = await setUpListening();
    const first = await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
    const said = { channel: thread, user: it.ann };
    const before = it.discord.post({ ...said, text: 'I wonder about leave.' });
    await it.settle(thread);
    await it.stored(it.discord.mention({ ...said, text: 'leave?' }).message);
    await first.stop();
    const missed = it.discord.post({ ...said, text: 'and part-timers?' });
    await it.start();
    await it.stored(missed.message);
    expect(await it.turnOf(before.message)).toBeUndefined();
  });

  test('a resumed session gets what it missed without a look back', async () => {
    const it = await setUpListening();
    await it.start();
    await it.settle();
    const calls = it.discord.calls().length;
    it.discord.dropConnections();
    const missed = Array.from({ length: 200 }, (_, n) =>
      it.discord.mention({ channel: it.channel, user: it.ann, text: `question ${n}?` }),
    );
    for (const { message } of missed) await it.stored(message);
    expect(await it.allTurns()).toHaveLength(201);
    expect([it.discord.identifies(), it.discord.resumes()]).toEqual([1, 1]);
    expect(it.discord.calls()).toHaveLength(calls);
  });

  test('a server that comes late, after an outage, is looked at when it comes', async () => {
    const it = await setUpListening();
    it.discord.setUnavailable(it.discord.guild.id, true);
    await it.start();
    const missed = it.discord.mention({ channel: it.channel, user: it.ann, text: 'meanwhile?' });
    await vi.waitFor(() => expect(lookBacks(it)).toHaveLength(1));
    expect(it.discord.calls('listMessages')).toEqual([]);
    it.discord.setUnavailable(it.discord.guild.id, false);
    await it.stored(missed.message);
    expect(lookBacks(it)).toMatchObject([
      { channels: 0, leftOut: 0 },
      { guild: it.discord.guild.id, channels: 1, leftOut: 0 },
    ]);
  });

  test('none is made where it is switched off, nor where we may not read', async () => {
    const it = await setUpListening();
    const secret = it.discord.addChannel();
    it.discord.setPermissions({ channel: secret, to: 'bot', deny: ['ReadMessageHistory'] });
    const missed = it.discord.mention({ channel: secret, user: it.ann, text: 'meanwhile?' });
    await it.start();
    await it.settle();
    expect(await it.turnOf(missed.message)).toBeUndefined();
    expect(it.discord.invalidRequests()).toBe(0);
    const off = await setUpListening({ lookBackMinutes: 0 });
    off.discord.mention({ channel: off.channel, user: off.ann, text: 'meanwhile?' });
    await off.start();
    await off.settle();
    expect(await off.allTurns()).toHaveLength(1);
  });

  test('is tried again while Discord fails', async () => {
    const it = await setUpListening();
    const missed = it.discord.mention({ channel: it.channel, user: it.ann, text: 'meanwhile?' });
    it.discord.failNext('listMessages', { status: 503 });
    await it.start();
    await it.stored(missed.message);
    expect(it.troubles()).toEqual(['discord event is tried again']);
  });
});

describe('is bounded', () => {
  const clock = createFakeClock();
  const minute = 60_000;
  const at = (minutesAgo: number, n = 0) =>
    String(BigInt(idAt(clock.now() - minutesAgo * minute)) + BigInt(n));
  const setUp = (
    spoken: readonly {
      readonly channel: string;
      readonly parent?: string;
      readonly lastMessage: string;
    }[],
    take: LookBackDeps['take'] = (_, work) => work(),
    ours: ReadonlySet<string> = new Set(),
  ) => {
    const asked: string[] = [];
    const taken: string[] = [];
    const histories = new Map<string, readonly string[]>();
    const log = createRecordingLog();
    const lookBack = createLookBack({
      conversations: {
        findConversation: async (key) => (ours.has(key) ? ({ key } as never) : undefined),
        getConversation: async () => undefined,
      },
      behaviour: {
        ...{ followUps: true, messageContent: true, archiveAfterMinutes: 1_440 },
        lookBackMinutes: 60,
      },
      clock,
      log,
      pointers: {
        currentConversation: async () => '',
        recentPlaces: async ({ most }) =>
          Array.from({ length: most }, (_, n) => `discord-dm-${900 + n}`),
      },
      places: createPlaces([
        {
          ...{ channel: '88', dialogId: 'default' as never, listen: 'mention' },
          rules: { coolDownMs: 0, roles: [], blockedWords: [], blockedPeople: [] },
        },
        {
          ...{ channel: '99', dialogId: 'default' as never, listen: 'off' },
          rules: { coolDownMs: 0, roles: [], blockedWords: [], blockedPeople: [] },
        },
      ]),
      view: {
        spokenIn: () => spoken.map((each) => ({ ...each, guild: '5' })),
        threadsOf: () => [],
        channelOf: async () => undefined,
        rolesOf: async () => [],
        readerIn: () => ({
          ...{ botUserId: '1', botRole: undefined },
          names: { role: () => undefined, channel: () => undefined },
        }),
      },
      api: {
        async call({ route, query }, { answer }) {
          const channel = /channels\/(\d+)/.exec(route)?.[1] ?? '';
          asked.push(`${channel} ${query}`);
          return answer.parse((histories.get(channel) ?? []).map((id) => ({ id })));
        },
      },
      take,
      takeMessage: async (data) => void taken.push(JSON.stringify(data)),
    });
    return { asked, taken, histories, log, lookBack };
  };

  test('to 20 channels, 20 threads of ours, 20 others and 10 direct ones, bound ones first, then those spoken in last', async () => {
    const last = (from: number, over: object = {}) =>
      Array.from({ length: 30 }, (_, n) => ({
        ...{ channel: String(from + n), lastMessage: at(1, n), ...over },
      }));
    const old = ['88', '99'].map((channel) => ({ channel, lastMessage: at(50) }));
    const ours = last(300, { parent: '7', lastMessage: at(40) });
    const it = setUp(
      [
        ...[...last(100), ...last(200, { parent: '7' }), ...ours, ...old],
        { channel: '400', parent: '88', lastMessage: at(50) },
      ],
      undefined,
      new Set(ours.map(({ channel }) => discordConversationKey(channel))),
    );
    await it.lookBack({ shard: 0 });
    const down = (from: number, length: number) =>
      Array.from({ length }, (_, n) => String(from - n));
    expect(it.asked.map((each) => each.split(' ')[0])).toEqual([
      ...['88', ...down(129, 19)],
      ...down(319, 20).toReversed(),
      ...['400', ...down(229, 19)],
      ...down(909, 10).toReversed(),
    ]);
    expect(it.asked[0]).toMatch(/limit=50$/);
    expect(lookBacks(it)).toEqual([{ shard: 0, channels: 70, leftOut: 32 }]);
  });

  test('to what can be read: what is odd ends no process', async () => {
    const { take } = createIntake({ clock, log: createRecordingLog() });
    const it = setUp([{ channel: '77', lastMessage: 'odd' }], take);
    await it.lookBack({ shard: 0 });
    expect(it.asked).toHaveLength(10);
  });

  test('to the time that was set, oldest first, each with its server', async () => {
    const it = setUp([
      { channel: '77', lastMessage: at(1) },
      { channel: '101', lastMessage: at(61) },
    ]);
    it.histories.set('77', [at(1), at(30), at(59), at(61)]);
    await it.lookBack({ shard: 3 });
    expect(it.asked).toHaveLength(1);
    expect(it.taken).toEqual(
      [at(59), at(30), at(1)].map((id) => JSON.stringify({ id, guild_id: '5' })),
    );
  });
});
