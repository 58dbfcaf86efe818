/**
 * How steadily Discord shows answers that share what one channel takes, five posts and edits in five seconds: 24 in waves of four, and five at once in one thread.
 * The gateway's process, two workers, MongoDB and Redis; limits on.
 *
 * `npm run build` first, then `npx tsx bench/discord-delivery.ts [--only waves|commands|thread]`; about three minutes.
 */
import { strictEqual } from 'node:assert/strict';
import { parseArgs } from 'node:util';
import type { TurnId } from '../src/domain/ids.ts';
import { discordInteractionTurnId, discordTurnId } from '../src/domain/turn-id.ts';
import type { FakeDiscordOptions } from '../test/fakes/discord/fake-discord.ts';
import { answer } from '../test/fakes/openai/chat-script.ts';
import { questionIn } from '../test/services/flows/cite-passages.ts';
import { type DiscordWorld, startDiscordWorld } from '../test/services/flows/discord-world.ts';
import { turnInState } from '../test/services/flows/stored-turns.ts';
import { withServers } from '../test/services/servers/with-servers.ts';
import { printTable } from './print-table.ts';
import { gapsOf } from './slack/follow-replies.ts';
import {
  askFor,
  beginOfAnswer,
  endOfAnswer,
  readQuestion,
  writeAnswer,
} from './slack/paced-answer.ts';

const tokensPerSecond = 40;
const patienceMs = 120_000;

/** An answer as somebody saw it who watched: moments on the fake's clock, ms. */
interface Seen {
  readonly name: string;
  /** From the first words on, each moment at which another text stood there. */
  readonly stepsMs: readonly number[];
  readonly askedMs: number;
  readonly isWhole: boolean;
}

/** A question that was asked; its answer stands in the channel. */
interface Asked {
  readonly channel: string;
  readonly name: string;
  readonly turn: TurnId;
  readonly askedMs: number;
}

/** Waits until all are whole, then reads what could be seen of each. */
const watch = async (world: DiscordWorld, asked: readonly Asked[]): Promise<readonly Seen[]> => {
  const seen: Seen[] = [];
  for (const { channel, name, turn: id, askedMs } of asked) {
    const turn = await turnInState(world, { id, state: 'done' }, { timeoutMs: patienceMs });
    const parts = turn.parts.map(({ platformId }) => platformId);
    const changes = world.discord
      .timeline(channel)
      .filter((one) => parts.includes(one.id) && one.kind !== 'delete' && one.text !== '');
    const steps = changes.filter((one, index) => {
      const before = changes.slice(0, index).findLast((other) => other.id === one.id);
      return one.text !== before?.text;
    });
    const last = world.discord.botMessages(channel).find((one) => one.id === parts.at(-1));
    const isWhole = last?.text.includes(endOfAnswer(name)) === true;
    const first = steps.findIndex(({ text }) => text.includes(beginOfAnswer));
    const stepsMs = steps.slice(first).map(({ atMs }) => atMs);
    seen.push({ name, askedMs, stepsMs, isWhole });
  }
  return seen;
};

const open = async (discord: FakeDiscordOptions): Promise<DiscordWorld> => {
  const world = await startDiscordWorld({
    ...{ testFileUrl: import.meta.url, discord },
    ...{ leaseMs: 30_000, sweepMs: 15_000 },
    // A question's number may turn the documents away.
    editConfig: (sample) =>
      sample.replace(/(vectorSimilarityWeight: .*)/, '$1\n    similarityThreshold: 0.05'),
  });
  world.model.respond((request) => {
    const asked = readQuestion(questionIn(request));
    return answer(writeAnswer(asked), { tokensPerSecond: asked.tokensPerSecond });
  });
  await Promise.all([world.startWorker(), world.startWorker(), world.startDiscord()]);
  await world.discord.waitFor(() => world.discord.sessions().some((one) => one.isConnected));
  return world;
};

const report = (
  title: string,
  world: DiscordWorld,
  all: readonly Seen[],
  { leastSteps }: { readonly leastSteps: number },
): readonly string[] => {
  const limited = Object.values(world.discord.limited()).reduce((sum, one) => sum + one, 0);
  const steps = all.map(({ stepsMs }) => stepsMs.length);
  const gaps = all.flatMap(({ stepsMs }) => gapsOf(stepsMs));
  const walls = all.map(({ stepsMs, askedMs }) => (stepsMs.at(-1) ?? 0) - askedMs);
  const complete = all.filter((one) => one.isWhole).length;
  printTable(
    title,
    ['what', 'least', 'most', 'must be'],
    [
      ['complete answers', String(complete), String(complete), `${all.length}`],
      ['429 in all', String(limited), String(limited), '<= 1'],
      [
        'visible steps by answer',
        String(Math.min(...steps)),
        String(Math.max(...steps)),
        `>= ${leastSteps}`,
      ],
      ['between visible steps, ms', min(gaps), max(gaps), '<= 15000'],
      ['question until the whole answer, ms', min(walls), max(walls), ''],
    ],
  );
  const tooFew = all.filter(({ stepsMs }) => stepsMs.length < leastSteps).map(({ name }) => name);
  return [
    ...(complete < all.length ? [`${title}: ${all.length - complete} finals lost`] : []),
    ...(limited > 1 ? [`${title}: ${limited} times 429`] : []),
    ...(Math.max(...gaps) > 15_000 ? [`${title}: stood still for ${max(gaps)} ms`] : []),
    ...(tooFew.length > 0 ? [`${title}: ${tooFew.join(', ')} hardly moved`] : []),
  ];
};
const min = (values: readonly number[]) => Math.min(...values).toFixed(0);
const max = (values: readonly number[]) => Math.max(...values).toFixed(0);

/** Threads can't be made there, so that all answers stand in one channel. Between 3 and 20 s long. */
const waves = async (): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const sharesMessageBucket of [true, false]) {
    const world = await open({ limits: { sharesMessageBucket } });
    try {
      const { discord } = world;
      const channel = discord.addChannel({ name: 'busy' });
      discord.setPermissions({ channel, to: 'bot', deny: ['CreatePublicThreads'] });
      const all: Seen[] = [];
      for (let wave = 0; wave < 6; wave += 1) {
        const asked = Array.from({ length: 4 }, (_none, at) => {
          const name = `W${wave}-${at}`;
          const user = discord.addUser({ name });
          const tokens = (3 + (((wave * 4 + at) * 7) % 18)) * tokensPerSecond;
          const text = askFor(name, { tokens, tokensPerSecond });
          const { message } = discord.mention({ channel, user, text });
          return { channel, name, turn: discordTurnId(message), askedMs: performance.now() };
        });
        all.push(...(await watch(world, asked)));
      }
      const buckets = sharesMessageBucket ? 'posts and edits in one bucket' : 'a bucket each';
      faults.push(
        ...report(`24 answers in waves of 4 in one channel, ${buckets}`, world, all, {
          leastSteps: 1,
        }),
      );
    } finally {
      await world.close();
    }
  }
  return faults;
};

/** Five people who ask at once in a thread that somebody opened. */
const fiveInOneThread = async (
  title: string,
  ask: (
    discord: DiscordWorld['discord'],
    asking: { readonly channel: string; readonly user: string; readonly text: string },
  ) => TurnId,
  isRight: (all: readonly Seen[]) => boolean = () => true,
): Promise<readonly string[]> => {
  const world = await open({ limits: 'on' });
  try {
    const { discord } = world;
    const parent = discord.addChannel({ name: 'busy' });
    const host = discord.addUser({ name: 'host' });
    const channel = discord.startThread({ channel: parent, user: host, name: 'Sick leave' });
    const asked = Array.from({ length: 5 }, (_none, at) => {
      const name = `T${at}`;
      const user = discord.addUser({ name });
      const text = askFor(name, { tokens: 8 * tokensPerSecond, tokensPerSecond });
      const turn = ask(discord, { channel, user, text });
      return { channel, name, turn, askedMs: performance.now() };
    });
    const all = await watch(world, asked);
    return [
      ...report(title, world, all, { leastSteps: 3 }),
      ...(isRight(all) ? [] : [`${title}: they were not answered in the order of asking`]),
    ];
  } finally {
    await world.close();
  }
};

/** Five conversations. */
const commands = () =>
  fiveInOneThread('Five commands at once in one thread', (discord, { channel, user, text }) => {
    const { id } = discord.slashCommand({ channel, user, options: { question: text } });
    return discordInteractionTurnId(id);
  });

/** One conversation. */
const thread = () =>
  fiveInOneThread(
    'Five questions at once in one conversation',
    (discord, asking) => discordTurnId(discord.mention(asking).message),
    (all) => {
      const ends = all.map(({ stepsMs }) => stepsMs.at(-1) ?? 0);
      return ends.every((end, index) => index === 0 || end > (ends[index - 1] ?? 0));
    },
  );

const scenarios = { waves, commands, thread } as const;
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const servers = await withServers(process.env);
if ('missing' in servers) throw new Error(servers.missing.join('; '));
Object.assign(process.env, servers.urls);
const faults: string[] = [];
try {
  for (const [name, run] of Object.entries(scenarios))
    if (values.only === undefined || values.only.includes(name)) faults.push(...(await run()));
} finally {
  await servers.stop();
}
strictEqual(faults.join('\n'), '');
