/**
 * Five hundred answers on a bad day of Discord: two workers, one paused and one killed, Redis away for 30 s, the gateway's process killed, people who delete
 * replies, and a Discord that fails at random; with the lease and the sweep of production.
 *
 * `npm run build` first, then `npx tsx bench/discord-storm.ts [--seed 1] [--questions 500] [--rate 3]`; about five minutes.
 */
import { parseArgs } from 'node:util';
import { runDiscordStorm } from '../test/services/flows/run-discord-storm.ts';
import { reportStorm } from './report-storm.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    questions: { type: 'string', default: '500' },
    rate: { type: 'string', default: '3' },
  },
});
const options = {
  seed: Number(values.seed),
  questions: Number(values.questions),
  questionsPerSecond: Number(values.rate),
};
const storm = await runDiscordStorm({
  ...options,
  ...{ leaseMs: 30_000, sweepMs: 15_000, redisAwayMs: 30_000, patienceMs: 300_000 },
});
reportStorm(options, storm);
