/**
 * Many questions on a bad day of Discord: two workers, one paused beyond its lease and one killed, Redis away, the gateway's process killed and its connection
 * cut, people who delete replies, and calls that fail as a seed says. What became of each question is judged by `judgeDiscordStory`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { TurnId } from '../../../src/domain/ids.ts';
import { discordTurnId } from '../../../src/domain/turn-id.ts';
import type { TurnDocument } from '../../../src/drivers/mongo/turn-schema.ts';
import type { RecordedCall } from '../../fakes/discord/call-log.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { type DiscordStory, judgeDiscordStory } from './check-discord-story.ts';
import type { Verdict } from './check-story.ts';
import { questionIn } from './cite-passages.ts';
import { fateOf } from './discord-storm-faults.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import { endureStorm, type StormOptions } from './storm-course.ts';
import { shareOf } from './storm-faults.ts';
import { allEnded, answerOf, beginOf, groupBy, neverStored } from './storm-questions.ts';

export interface DiscordVerdict extends Verdict {
  readonly name: string;
  readonly turn: TurnDocument;
  readonly story: DiscordStory;
}

export interface DiscordStormReport {
  readonly verdicts: readonly DiscordVerdict[];
  /** How often Discord answered otherwise than asked, by code or status. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often an attempt was begun beyond the first. */
  readonly newAttempts: number;
}

const tokensPerSecond = 30;
/** Of a thousand questions, how many have their reply deleted while it grows, besides what the faults delete. */
const deletersPerMille = 40;

export const runDiscordStorm = async (options: StormOptions): Promise<DiscordStormReport> => {
  const { leaseMs, sweepMs } = options;
  const world = await startDiscordWorld({ ownServers: true, leaseMs, sweepMs });
  try {
    const deletedAt = blowAt(world, options);
    world.model.respond((request) => {
      const index = Number(/case (\d+)\?/.exec(questionIn(request))?.[1]);
      return answer(`${answerOf(index)} [ID:0]`, { tokensPerSecond });
    });
    const [paused, killed, gateway] = await Promise.all([
      world.startWorker(),
      world.startWorker(),
      startGateway(world),
    ]);
    const [asked] = await Promise.all([
      askAll(world, { ...options, deletedAt }),
      endureStorm(world, options, {
        ...{ paused, killed },
        onReturn: () => world.discord.dropConnections(),
        async onDeath() {
          await gateway.kill();
          await startGateway(world);
        },
      }),
    ]);
    const turns = await allEnded(world.env.MONGODB_URL, {
      ...options,
      ids: asked.map(({ id }) => id),
    });
    return report(world, { asked, turns, deletedAt });
  } finally {
    await world.close();
  }
};

const startGateway = async (world: DiscordWorld) => {
  const before = world.discord.identifies();
  const started = await world.startDiscord();
  await world.discord.waitFor(() => world.discord.identifies() > before);
  return started;
};

interface Asked {
  readonly index: number;
  readonly id: TurnId;
  readonly channel: string;
  readonly thread: string;
  readonly direct: string;
}

/** When a person deleted a message of a reply, by channel; the first time counts. */
type DeletedAt = Map<string, number>;

/** What a call is about: the channel or thread, else the person. */
const subjectOf = ({ params, body }: Pick<RecordedCall, 'params' | 'body'>): string =>
  String(params['channel'] ?? body['recipient_id'] ?? '');

/** Lets Discord fail as the seed says. Ids differ from run to run, so a channel or thread goes by the order of its first call: two runs of one seed are alike, not the same. */
const blowAt = ({ discord }: DiscordWorld, { seed }: StormOptions): DeletedAt => {
  const deletedAt: DeletedAt = new Map();
  const counts = new Map<string, number>();
  const numbers = new Map<string, number>();
  discord.failBy((call) => {
    const channel = subjectOf(call);
    if (!numbers.has(channel)) numbers.set(channel, numbers.size);
    const subject = String(numbers.get(channel));
    const key = `${call.method} ${subject}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    const fate = fateOf(call, { seed, subject, nth });
    if (fate === 'deleted') deleteReply(discord, { channel, deletedAt });
    return fate === undefined || fate === 'deleted' ? undefined : fate.failure;
  });
  return deletedAt;
};

const deleteReply = (
  discord: DiscordWorld['discord'],
  { channel, deletedAt }: { readonly channel: string; readonly deletedAt: DeletedAt },
): void => {
  const [message] = discord.botMessages(channel);
  if (message === undefined || !deletable.has(channel)) return;
  if (!deletedAt.has(channel)) deletedAt.set(channel, performance.now());
  discord.deleteMessage({ channel, message: message.id });
};

/** Channels and threads of questions: what was told in private stays. */
const deletable = new Set<string>();

const askAll = async (
  { discord }: DiscordWorld,
  options: StormOptions & { readonly deletedAt: DeletedAt },
): Promise<readonly Asked[]> => {
  const { seed, questions, questionsPerSecond, deletedAt } = options;
  const asked: Asked[] = [];
  for (let index = 0; index < questions; index += 1) {
    const user = discord.addUser({ name: `asker${index}` });
    const channel = discord.addChannel({ name: `case-${index}` });
    const direct = discord.openDirectMessage(user);
    const text = `How do I report sick leave in case ${index}?`;
    const { message: thread } = discord.mention({ channel, user, text });
    deletable.add(channel).add(thread);
    asked.push({ index, id: discordTurnId(thread), channel, thread, direct });
    if (1_000 * shareOf(`${seed} deletes ${index}`) < deletersPerMille) {
      void discord
        .waitFor(
          () =>
            discord.thread(thread) !== undefined &&
            discord.botMessages(thread)[0]?.text.startsWith(beginOf(index)) === true,
          { timeoutMs: options.patienceMs },
        )
        .then(
          () => deleteReply(discord, { channel: thread, deletedAt }),
          // An answer that never was begun is told by its verdict.
          () => {},
        );
    }
    await delay(1_000 / questionsPerSecond);
  }
  return asked;
};

const report = (
  { discord }: DiscordWorld,
  {
    asked,
    turns,
    deletedAt,
  }: {
    readonly asked: readonly Asked[];
    readonly turns: ReadonlyMap<TurnId, TurnDocument>;
    readonly deletedAt: DeletedAt;
  },
): DiscordStormReport => {
  const changes = groupBy(discord.timeline(), ({ channel }) => channel);
  const calls = groupBy(discord.calls(), subjectOf);
  const shownIn = (...channels: readonly string[]) =>
    channels
      .flatMap((channel) => changes.get(channel) ?? [])
      .filter(({ byBot, type }) => byBot && type !== 18 && type !== 21)
      .toSorted((a, b) => a.atMs - b.atMs);
  const verdicts = asked.map(({ index, id, channel, thread, direct }) => {
    const turn = turns.get(id) ?? neverStored(id, 'discord');
    const deletedAtMs = deletedAt.get(thread) ?? deletedAt.get(channel);
    const story: DiscordStory = {
      turn: { ...turn, id },
      answer: answerOf(index),
      changes: shownIn(channel, thread),
      privateChanges: shownIn(direct),
      calls: [channel, thread, direct]
        .flatMap((subject) => calls.get(subject) ?? [])
        .toSorted((a, b) => a.atMs - b.atMs),
      ...(deletedAtMs !== undefined && { deletedAtMs }),
    };
    return { ...judgeDiscordStory(story), name: `N${index}`, turn, story };
  });
  return {
    verdicts,
    faults: countFaults(discord.calls()),
    newAttempts: verdicts.reduce((sum, { turn }) => sum + Math.max(0, turn.attempt - 1), 0),
  };
};

const countFaults = (calls: readonly RecordedCall[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status, code } of calls) {
    const isFine = typeof status === 'number' && status < 300;
    if (!isFine) {
      const what = code === undefined || code === 0 ? String(status) : `${status} ${code}`;
      counts[what] = (counts[what] ?? 0) + 1;
    }
  }
  return counts;
};
