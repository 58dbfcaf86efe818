/**
 * Many questions on a bad day: two workers, one paused beyond its lease and one killed, Redis away, people who delete replies, and a Slack that fails as a seed
 * says. What became of each question is judged by `checkStory`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { TurnId } from '../../../src/domain/ids.ts';
import { slackTurnId } from '../../../src/domain/turn-id.ts';
import type { TurnDocument } from '../../../src/drivers/mongo/turn-schema.ts';
import { machineClock } from '../../fakes/http/clock.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import type { RecordedCall } from '../../fakes/slack/call-log.ts';
import type { VisibleChange } from '../../fakes/slack/timeline.ts';
import { checkStory, type Story, type Verdict } from './check-story.ts';
import { questionIn } from './cite-passages.ts';
import { endureStorm, type StormOptions } from './storm-course.ts';
import { fateOf, shareOf, subjectOf } from './storm-faults.ts';
import { allEnded, answerOf, beginOf, groupBy, neverStored } from './storm-questions.ts';
import { startWorld, type World } from './world.ts';

export interface StormVerdict extends Verdict {
  readonly name: string;
  readonly turn: TurnDocument;
  readonly story: Story;
}

export interface StormReport {
  readonly verdicts: readonly StormVerdict[];
  /** How often Slack answered otherwise than asked, by code or status. */
  readonly faults: Readonly<Record<string, number>>;
  /** How often an attempt was begun beyond the first. */
  readonly newAttempts: number;
}

const tokensPerSecond = 30;
/** Of a thousand questions, how many have their reply deleted while it grows, besides what the faults delete. */
const deletersPerMille = 40;

/** Slack's waits of 1 and 5 minutes between its tries of an event take 2 and 4 s. */
const hastySlack = {
  ...machineClock,
  sleep: (ms: number, signal?: AbortSignal) =>
    machineClock.sleep(ms === 60_000 ? 2_000 : ms === 300_000 ? 4_000 : ms, signal),
};

const nameOf = (index: number): string => `N${index}`;
const channelOf = (name: string): string => `C0${name}`;
const userOf = (name: string): string => `U0${name}`;
const privateOf = (name: string): string => `D0${name}`;

/** Everybody may read the handbook: whether Slack tells who asks must not change an answer. The refusals are the storm's, so no edit waits for a budget. */
const stormConfig = (sample: string): string =>
  `${sample.replace('audience: team', 'audience: public')}\nslack: { editsPerMinute: 10000 }\n`;

export const runStorm = async (options: StormOptions): Promise<StormReport> => {
  const world = await startWorld({
    ownServers: true,
    leaseMs: options.leaseMs,
    sweepMs: options.sweepMs,
    slack: { clock: hastySlack },
    editConfig: stormConfig,
  });
  try {
    const deletedAt = blowAt(world, options);
    world.model.respond((request) => {
      const index = Number(/case (\d+)\?/.exec(questionIn(request))?.[1]);
      return answer(`${answerOf(index)} [ID:0]`, { tokensPerSecond });
    });
    const [paused, killed] = await Promise.all([
      world.startWorker(),
      world.startWorker(),
      world.startApi(),
    ]);
    const [asked] = await Promise.all([
      askAll(world, { ...options, deletedAt }),
      endureStorm(world, options, { paused, killed }),
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

interface Asked {
  readonly name: string;
  readonly index: number;
  readonly id: TurnId;
  readonly ts: string;
}

/** When a person deleted a message of a reply, by channel; the first time counts. */
type DeletedAt = Map<string, number>;

/** Lets Slack fail as the seed says. */
const blowAt = ({ slack }: World, { seed }: StormOptions): DeletedAt => {
  const deletedAt: DeletedAt = new Map();
  const counts = new Map<string, number>();
  slack.failBy((call) => {
    const subject = subjectOf(call);
    const key = `${call.method} ${subject}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    const fate = fateOf(call, { seed, subject, nth });
    if (fate?.kind === 'failure') return fate.failure;
    if (fate?.kind === 'archived' && subject.startsWith('C')) slack.archive(subject);
    if (fate?.kind === 'deleted') deleteReply(slack, { channel: subject, deletedAt });
    return undefined;
  });
  return deletedAt;
};

const deleteReply = (
  slack: World['slack'],
  { channel, deletedAt }: { readonly channel: string; readonly deletedAt: DeletedAt },
): void => {
  const [message] = slack.botMessages(channel);
  if (message === undefined || !channel.startsWith('C')) return;
  if (!deletedAt.has(channel)) deletedAt.set(channel, performance.now());
  // The state changes at once; the event goes its own way.
  void slack.deleteMessage({ channel, ts: message.ts });
};

const askAll = async (
  world: World,
  options: StormOptions & { readonly deletedAt: DeletedAt },
): Promise<readonly Asked[]> => {
  const { slack } = world;
  const { seed, questions, questionsPerSecond, deletedAt } = options;
  const asking: Promise<Asked>[] = [];
  for (let index = 0; index < questions; index += 1) {
    const name = nameOf(index);
    const channel = channelOf(name);
    slack.addChannel({ id: channel });
    slack.addUser({ id: userOf(name) });
    const text = `How do I report sick leave in case ${index}?`;
    const sent = slack.mention({ channel, user: userOf(name), text, retries: true });
    asking.push(
      sent.then(({ ts }) => {
        const id = slackTurnId({ team: slack.team.id, channel, ts });
        return { name, index, id, ts };
      }),
    );
    if (1_000 * shareOf(`${seed} deletes ${name}`) < deletersPerMille) {
      void slack
        .waitFor(() => slack.botMessages(channel)[0]?.text.startsWith(beginOf(index)), {
          timeoutMs: options.patienceMs,
        })
        .then(
          () => deleteReply(slack, { channel, deletedAt }),
          // An answer that never was begun is told by its verdict.
          () => {},
        );
    }
    await delay(1_000 / questionsPerSecond);
  }
  return Promise.all(asking);
};

const report = (
  { slack }: World,
  {
    asked,
    turns,
    deletedAt,
  }: {
    readonly asked: readonly Asked[];
    readonly turns: ReadonlyMap<TurnId, TurnDocument>;
    readonly deletedAt: DeletedAt;
  },
): StormReport => {
  const changes = groupBy(slack.timeline(), ({ channel }) => channel);
  const calls = groupBy(slack.calls(), subjectOf);
  const callsAbout = (name: string): readonly RecordedCall[] =>
    [channelOf(name), privateOf(name), userOf(name)]
      .flatMap((subject) => calls.get(subject) ?? [])
      .toSorted((a, b) => a.atMs - b.atMs);
  const changesIn = (channel: string): readonly VisibleChange[] => changes.get(channel) ?? [];
  const verdicts = asked.map(({ name, index, id }) => {
    const turn = turns.get(id) ?? neverStored(id, 'slack');
    const deletedAtMs = deletedAt.get(channelOf(name));
    const story = {
      turn: { ...turn, id },
      answer: answerOf(index),
      changes: changesIn(channelOf(name)),
      privateChanges: changesIn(privateOf(name)),
      calls: callsAbout(name),
      ...(deletedAtMs !== undefined && { deletedAtMs }),
    };
    const verdict = checkStory(story);
    return { ...verdict, name, turn, story };
  });
  return {
    verdicts,
    faults: countFaults(slack.calls()),
    newAttempts: verdicts.reduce((sum, { turn }) => sum + Math.max(0, turn.attempt - 1), 0),
  };
};

const countFaults = (calls: readonly RecordedCall[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { status, error } of calls) {
    const what = error ?? (status === 200 ? undefined : String(status));
    if (what !== undefined) counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
};
