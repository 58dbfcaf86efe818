/**
 * Whether Slack has its acknowledgement in time at 100 events a second, by HTTP and by Socket Mode: one process of the product, MongoDB and Redis on loopback.
 *
 * `npm run build` first, then `npx tsx bench/slack-intake.ts`; about a minute.
 */
import { strictEqual } from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Delivery } from '../test/fakes/slack/event-sender.ts';
import type { Sent } from '../test/fakes/slack/people.ts';
import { turnIdOf } from '../test/services/flows/stored-turns.ts';
import { startWorld, type World } from '../test/services/flows/world.ts';
import { withServers } from '../test/services/servers/with-servers.ts';
import { printTable } from './print-table.ts';

const seconds = 20;
/** A mention is two events, `app_mention` and `message`, the second after the acknowledgement of the first; each is tried once. */
const mentionsPerSecond = 50;
const channels = Array.from({ length: 100 }, (_, index) => `C0ROOM${index}`);
const people = Array.from({ length: 50 }, (_, index) => `U0PERSON${index}`);
/** What Slack waits. */
const patienceMs = 3_000;
const appToken = 'xapp-test-token';

type Transport = 'http' | 'socket';

/** Prints the table; fails when an event was not taken in at the first try, a mention is not stored, or one acknowledgement took 3 s. */
export const benchSlackIntake = async (): Promise<void> => {
  const servers = await withServers(process.env);
  if ('missing' in servers) throw new Error(servers.missing.join('; '));
  Object.assign(process.env, servers.urls);
  try {
    const rows: string[][] = [];
    for (const transport of ['http', 'socket'] as const) {
      const deliveries = await measure(transport);
      const acks = percentiles(deliveries.map(({ ackMs }) => ackMs));
      rows.push([transport, String(deliveries.length), ...acks.map(rounded), `< ${patienceMs}`]);
      strictEqual(acks[2] < patienceMs, true, `${transport}: acknowledged too late`);
    }
    printTable(
      `${2 * mentionsPerSecond} events a second for ${seconds} s until acknowledged; milliseconds`,
      ['transport', 'events', 'p50', 'p95', 'max', 'max must be'],
      rows,
    );
  } finally {
    await servers.stop();
  }
};

const measure = async (transport: Transport): Promise<readonly Delivery[]> => {
  const isSocket = transport === 'socket';
  const world = await startWorld({
    testFileUrl: import.meta.url,
    slack: isSocket ? { appToken } : {},
  });
  try {
    for (const id of channels) world.slack.addChannel({ id });
    for (const id of people) world.slack.addUser({ id });
    const door = await world.startApi(isSocket ? { SLACK_APP_TOKEN: appToken } : {});
    if (isSocket) await world.slack.waitFor(() => world.slack.socketConnections().length === 2);
    const sent = await sendAll(world);
    const deliveries = sent.flatMap((one) => one.deliveries);
    const failed = deliveries.filter(({ status }) => status !== 200);
    const told = door.printed.filter((line) => !line.includes('"level":"info"')).slice(0, 20);
    strictEqual(failed.length, 0, `${transport}: ${JSON.stringify(failed[0])}\n${told.join('\n')}`);
    const { turns } = await world.openStore();
    for (const one of sent) {
      const turn = await turns.getTurn(turnIdOf(world, one));
      strictEqual(turn?.state, 'queued');
    }
    return deliveries;
  } finally {
    await world.close();
  }
};

/** Each at its own time, however long the ones before take. */
const sendAll = async ({ slack }: World): Promise<readonly Sent[]> => {
  const begunAt = performance.now();
  const sent: Promise<Sent>[] = [];
  while (sent.length < seconds * mentionsPerSecond) {
    const dueMs = (sent.length * 1_000) / mentionsPerSecond;
    const waitMs = begunAt + dueMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const channel = channels[sent.length % channels.length] ?? '';
    const user = people[(sent.length * 7) % people.length] ?? '';
    const text = 'How do I report sick leave?';
    sent.push(slack.mention({ channel, user, text }));
  }
  return Promise.all(sent);
};

/** p50, p95, max. */
const percentiles = (values: readonly number[]): readonly [number, number, number] => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return [at(0.5), at(0.95), at(1)];
};

const rounded = (value: number): string => value.toFixed(0);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchSlackIntake();
