/**
 * Kills the worker at each moment of an answer with the lease and the sweep of production, and prints how long the asker waits.
 *
 * `npm run build` first, then `npx tsx bench/worker-death.ts [--lease 30000] [--sweep 15000] [--times 1]`; about two minutes.
 */
import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { parseArgs } from 'node:util';
import {
  type Death,
  type Lane,
  lanes,
  leftBehind,
  type Moment,
  madeGood,
  openLane,
} from '../test/services/flows/kill-at.ts';
import { withServers } from '../test/services/servers/with-servers.ts';
import { printTable } from './print-table.ts';

const { values } = parseArgs({
  options: {
    lease: { type: 'string', default: '30000' },
    sweep: { type: 'string', default: '15000' },
    times: { type: 'string', default: '1' },
  },
});
const leaseMs = Number(values.lease);
const sweepMs = Number(values.sweep);

/** How each worker died, by moment. */
const run = async (
  moments: readonly Moment[],
): Promise<readonly (readonly [Moment, Death[]])[]> => {
  const lane = await openLane({ testFileUrl: import.meta.url, leaseMs, sweepMs });
  const rows: [Moment, Death[]][] = moments.map((moment) => [moment, []]);
  try {
    for (const [moment, deaths] of rows) {
      while (deaths.length < Number(values.times)) deaths.push(await dieAt(lane, moment));
    }
    return rows;
  } finally {
    await lane.close();
  }
};

const dieAt = async (lane: Lane, moment: Moment): Promise<Death> => {
  const death = await lane.killAt(moment);
  deepStrictEqual(death.left, leftBehind[moment]);
  deepStrictEqual(death.ended, madeGood[moment]);
  deepStrictEqual(lane.standing(death.thread), [lane.whole]);
  strictEqual(lane.countPosts(death.thread), 1);
  return death;
};

const seconds = (deaths: readonly Death[], time: 'readyMs' | 'takenUpMs' | 'doneMs'): string => {
  const sorted = deaths.map((death) => death[time] / 1_000).toSorted((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return [min, median, max].map((one) => one?.toFixed(1) ?? '').join(' / ');
};

const servers = await withServers(process.env);
if ('missing' in servers) throw new Error(servers.missing.join('; '));
Object.assign(process.env, servers.urls);
try {
  const rows = (await Promise.all(lanes.map(run))).flat();
  printTable(
    `kill -9 of the worker, lease ${leaseMs} ms, sweep ${sweepMs} ms: one whole reply each time; seconds from the kill on, min / median / max`,
    ['moment', 'times', 'next worker started', 'taken up', 'done'],
    rows.map(([moment, deaths]) => [
      moment,
      String(deaths.length),
      seconds(deaths, 'readyMs'),
      seconds(deaths, 'takenUpMs'),
      seconds(deaths, 'doneMs'),
    ]),
  );
} finally {
  await servers.stop();
}
