/**
 * How soon Slack has its acknowledgement, and how soon the asker sees the first words of the answer: two processes, MongoDB and Redis on loopback.
 *
 * `npm run build` first, then `npx tsx bench/first-text.ts`; about two minutes.
 */
import { strictEqual } from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { answer } from '../test/fakes/openai/chat-script.ts';
import { citePassages } from '../test/services/flows/cite-passages.ts';
import { turnIdOf, turnInState } from '../test/services/flows/stored-turns.ts';
import { startWorld, type World } from '../test/services/flows/world.ts';
import { withServers } from '../test/services/servers/with-servers.ts';
import { printTable } from './print-table.ts';

const runs = 50;
/** The model's first token comes after 200 to 690 ms, another time in each run, so that it meets every moment of a draft. */
const firstTokenMs = (run: number): number => 200 + 10 * ((run * 7) % runs);
const tokensPerSecond = 50;
const channel = 'C0PEOPLE';
const written =
  'Message your team lead before half past nine, on the first day, by chat or by phone {Message your team lead before 09:30}. You need not say what is wrong with you.';

interface Run {
  /** The slower of the two events of the mention. */
  readonly ackMs: number;
  /** From the model's first token until words of the answer stand in the thread. */
  readonly firstTextMs: number;
}

/** Prints the table; fails when an acknowledgement's p95 reaches 500 ms, or a first text's p95 exceeds 400 ms. */
export const benchFirstText = async (): Promise<void> => {
  const servers = await withServers(process.env);
  if ('missing' in servers) throw new Error(servers.missing.join('; '));
  Object.assign(process.env, servers.urls);
  try {
    const measured = await measure();
    const acks = percentiles(measured.map(({ ackMs }) => ackMs));
    const texts = percentiles(measured.map(({ firstTextMs }) => firstTextMs));
    printTable(
      `From a mention to the first words, ${runs} runs one after the other, a model of ${tokensPerSecond} tokens/s; milliseconds`,
      ['step', 'p50', 'p95', 'max', 'p95 must be'],
      [
        ['event until acknowledged', ...acks.map(rounded), '< 500'],
        ['first token until text is visible', ...texts.map(rounded), '<= 400'],
      ],
    );
    strictEqual(acks[1] < 500, true, 'acknowledged too late');
    strictEqual(texts[1] <= 400, true, 'first text too late');
  } finally {
    await servers.stop();
  }
};

const measure = async (): Promise<readonly Run[]> => {
  const world = await startWorld({ testFileUrl: import.meta.url });
  try {
    world.slack.addChannel({ id: channel, name: 'people' });
    world.slack.addUser({ id: 'U0ADA', name: 'ada' });
    await Promise.all([world.startWorker(), world.startApi()]);
    const measured: Run[] = [];
    while (measured.length < runs) measured.push(await runOnce(world, measured.length));
    return measured;
  } finally {
    await world.close();
  }
};

const runOnce = async (world: World, run: number): Promise<Run> => {
  const { slack, model } = world;
  model.respond((request) => {
    const script = answer(citePassages(request, written), { tokensPerSecond });
    return { ...script, steps: [{ type: 'wait', ms: firstTokenMs(run) }, ...script.steps] };
  });
  const call = model.requests('chat').length;
  const text = 'How do I report sick leave?';
  const asked = await slack.mention({ channel, user: 'U0ADA', text });
  for (const { status } of asked.deliveries) strictEqual(status, 200);
  await turnInState(world, { id: turnIdOf(world, asked), state: 'done' });

  const firstTokenAt = model.requests('chat')[call]?.firstTokenMs;
  const firstText = slack
    .timeline(channel, asked.threadTs)
    .find((change) => change.byBot && written.startsWith(change.text.slice(0, 4)));
  if (firstTokenAt === undefined || firstText === undefined) throw new Error('nothing was shown');
  return {
    ackMs: Math.max(...asked.deliveries.map(({ ackMs }) => ackMs)),
    firstTextMs: firstText.atMs - firstTokenAt,
  };
};

/** p50, p95, max. */
const percentiles = (values: readonly number[]): readonly [number, number, number] => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return [at(0.5), at(0.95), at(1)];
};

const rounded = (value: number): string => value.toFixed(0);

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchFirstText();
