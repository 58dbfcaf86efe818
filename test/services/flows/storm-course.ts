/** What happens on a bad day, on every platform alike: while questions come, one worker is paused beyond its lease, Redis goes away, the other worker is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FootnoteProcess } from './footnote-process.ts';
import type { World } from './world.ts';

export interface StormOptions {
  readonly seed: number;
  readonly questions: number;
  readonly questionsPerSecond: number;
  /** One worker is paused for half as long again. */
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly redisAwayMs: number;
  /** From the last question on, for all of it to end. */
  readonly patienceMs: number;
}

/**
 * Begins when the questions do; resolves when Redis is back.
 *
 * @param platform What else befalls the platform's side: when the paused worker goes on, and beside the death of the other one.
 */
export const endureStorm = async (
  { redis, startWorker }: Pick<World, 'redis' | 'startWorker'>,
  options: StormOptions,
  {
    paused,
    killed,
    onReturn = () => {},
    onDeath = async () => {},
  }: {
    readonly paused: FootnoteProcess;
    readonly killed: FootnoteProcess;
    readonly onReturn?: () => void;
    readonly onDeath?: () => Promise<void>;
  },
): Promise<void> => {
  const lengthMs = (1_000 * options.questions) / options.questionsPerSecond;
  await delay(0.15 * lengthMs);
  paused.pause();
  await delay(1.5 * options.leaseMs);
  paused.resume();
  onReturn();
  await delay(0.1 * lengthMs);
  await redis.stop();
  const redisBack = delay(options.redisAwayMs).then(() => redis.start());
  await delay(0.1 * lengthMs);
  await killed.kill();
  await Promise.all([startWorker(), onDeath()]);
  await redisBack;
};
