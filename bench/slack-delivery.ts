/**
 * How soon and how steadily Slack shows answers: one in a quiet workspace, two hundred at once, and twenty that share fifty edits a minute.
 *
 * `npm run build` first, then `npx tsx bench/slack-delivery.ts [--only quiet|crowd|spread|scarce] [--servers] [--profile FOLDER]`; about four minutes.
 */
import { strictEqual } from 'node:assert/strict';
import { loadavg } from 'node:os';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { printTable } from './print-table.ts';
import {
  askAtOnce,
  gapsOf,
  percentile,
  type Question,
  type SeenReply,
} from './slack/follow-replies.ts';
import type { ModelCall } from './slack/model-process.ts';
import { type Lab, type LabOptions, openLab } from './slack/open-lab.ts';

const tokensPerSecond = 40;
const ofSeconds = (seconds: number) => ({ tokens: seconds * tokensPerSecond, tokensPerSecond });

type Setup = Pick<LabOptions, 'servers' | 'profileDir'>;

/** A figure, and what it may be at most. */
type Row = readonly [
  what: string,
  values: readonly number[],
  most?: readonly [number, 'median' | 'p95' | 'max'],
];

const print = (title: string, rows: readonly Row[]): void => {
  const load = loadavg()[0]?.toFixed(1);
  const head = ['ms', 'p50', 'p95', 'max', 'must be'];
  const lines = rows.map(([what, values, most]) => [
    what,
    ...[0.5, 0.95, 1].map((share) => percentile(values, share).toFixed(0)),
    most === undefined ? '' : `${most[1]} <= ${most[0]}`,
  ]);
  printTable(`${title}; load ${load}`, head, lines);
};

const shareOf = { median: 0.5, p95: 0.95, max: 1 } as const;

/** Every limit that was not kept, as one sentence each. */
const broken = (rows: readonly Row[]): readonly string[] =>
  rows.flatMap(([what, values, most]) => {
    if (most === undefined) return [];
    const value = percentile(values, shareOf[most[1]]);
    return value <= most[0] ? [] : [`${what}: ${most[1]} ${value.toFixed(0)} > ${most[0]}`];
  });

const withLab = async <Result>(
  options: LabOptions,
  measure: (lab: Lab) => Promise<Result>,
): Promise<Result> => {
  const lab = await openLab(options);
  const before = lab.productCpuSeconds();
  try {
    return await measure(lab);
  } finally {
    const cpu = (lab.productCpuSeconds() - before).toFixed(1);
    process.stdout.write(`the product computed for ${cpu} s\n`);
    await lab.close();
  }
};

const team = (index: number): string => `T${String(index).padStart(4, '0')}`;
const question = (index: number, inTeam: string, seconds: number): Question => ({
  name: `q${index}`,
  team: inTeam,
  channel: `C${inTeam}${index}`,
  ...ofSeconds(seconds),
});

interface Story {
  readonly reply: SeenReply;
  readonly firstTokenMs: number;
  readonly lastTokenMs: number;
}

const withModel = (replies: readonly SeenReply[], calls: readonly ModelCall[]): readonly Story[] =>
  replies.map((reply) => {
    const asked = calls.filter(({ name }) => name === reply.name);
    const [{ firstTokenMs = Number.NaN, lastTokenMs = Number.NaN } = {}] = asked;
    if (asked.length !== 1) throw new Error(`the model was asked ${asked.length} times`);
    return { reply, firstTokenMs, lastTokenMs };
  });

/** One answer of 8 s at a time in a workspace that has seen no edit yet; five workspaces side by side, so that it takes two minutes and not ten. */
const quiet = async (setup: Setup): Promise<readonly Row[]> => {
  const [runs, lanes] = [50, 5];
  const stories = await withLab({ ...setup, limits: 'on' }, async (lab) => {
    await lab.install(Array.from({ length: runs }, (_none, run) => team(run)));
    const runLane = async (lane: number): Promise<readonly SeenReply[]> => {
      const seen: SeenReply[] = [];
      for (let run = lane; run < runs; run += lanes) {
        seen.push(...(await askAtOnce(lab, [question(run, team(run), 8)])));
      }
      return seen;
    };
    const seen = await Promise.all(Array.from({ length: lanes }, (_none, lane) => runLane(lane)));
    return withModel(seen.flat(), await lab.modelCalls());
  });
  const rows: readonly Row[] = [
    [
      'question until anything is visible',
      stories.map(({ reply }) => reply.firstSignMs - reply.askedMs),
    ],
    [
      'first token until text is visible',
      stories.map(({ reply, firstTokenMs }) => reply.firstTextMs - firstTokenMs),
      [400, 'p95'],
    ],
    [
      'between visible steps',
      stories.flatMap(({ reply }) => gapsOf(reply.stepsMs)),
      [700, 'median'],
    ],
    [
      'last token until all of it is there',
      stories.map(({ reply, lastTokenMs }) => reply.finalMs - lastTokenMs),
    ],
  ];
  const steps = stories.map(({ reply }) => reply.stepsMs.length);
  print(
    `${runs} answers of 8 s, one in its workspace, limits on, ${percentile(steps, 0.5)} steps each`,
    rows,
  );
  return rows;
};

const crowdRows = (stories: readonly Story[]) => {
  const begun = Math.min(...stories.map(({ reply }) => reply.askedMs));
  const ended = Math.max(...stories.map(({ reply }) => reply.finalMs));
  return {
    wall: [ended - begun],
    sign: stories.map(({ reply }) => reply.firstSignMs - reply.askedMs),
    text: stories.map(({ reply }) => reply.firstTextMs - reply.askedMs),
    token: stories.map(({ reply, firstTokenMs }) => firstTokenMs - reply.askedMs),
    model: stories.map(({ firstTokenMs, lastTokenMs }) => lastTokenMs - firstTokenMs),
    gaps: stories.flatMap(({ reply }) => gapsOf(reply.stepsMs)),
    final: stories.map(({ reply, lastTokenMs }) => reply.finalMs - lastTokenMs),
  };
};

/** 200 threads in 200 channels of one workspace that limits nothing. */
const crowd = async (setup: Setup): Promise<readonly Row[]> => {
  const stories = await withLab(
    { ...setup, limits: 'off', editsPerMinute: 100_000 },
    async (lab) => {
      await lab.install([team(0)]);
      const questions = Array.from({ length: 200 }, (_none, index) => question(index, team(0), 5));
      return withModel(await askAtOnce(lab, questions), await lab.modelCalls());
    },
  );
  const { wall, sign, text, token, model, gaps, final } = crowdRows(stories);
  const rows: readonly Row[] = [
    ['first event until the last final', wall, [6_500, 'max']],
    ['question until anything is visible', sign, [1_000, 'p95']],
    ['question until the first token', token],
    ['question until text is visible', text],
    ['the model, first token to last', model],
    ['between visible steps', gaps],
    ['last token until all of it is there', final],
  ];
  print('200 threads in 200 channels, 5 s each, limits off', rows);
  return rows;
};

/** The same over 20 workspaces that limit as Slack does. */
const spread = async (setup: Setup): Promise<readonly Row[]> => {
  const { stories, refused } = await withLab({ ...setup, limits: 'on' }, async (lab) => {
    await lab.install(Array.from({ length: 20 }, (_none, index) => team(index)));
    const questions = Array.from({ length: 200 }, (_none, index) =>
      question(index, team(index % 20), 5),
    );
    const replies = await askAtOnce(lab, questions);
    return { stories: withModel(replies, await lab.modelCalls()), refused: refusedIn(lab).length };
  });
  const { sign, text, gaps, final } = crowdRows(stories);
  const rows: readonly Row[] = [
    ['last token until all of it is there', final, [15_000, 'max']],
    ['question until anything is visible', sign],
    ['question until text is visible', text],
    ['between visible steps', gaps],
  ];
  print(`200 threads over 20 workspaces, 5 s each, limits on, ${refused} times 429`, rows);
  return rows;
};

/** Twenty answers of 30 s at once that share the fifty edits a minute of one workspace. */
const scarce = async (setup: Setup): Promise<readonly Row[]> => {
  const { stories, refused } = await withLab({ ...setup, limits: 'on' }, async (lab) => {
    await lab.install([team(0)]);
    const questions = Array.from({ length: 20 }, (_none, index) => question(index, team(0), 30));
    const replies = await askAtOnce(lab, questions, { patienceMs: 120_000 });
    return { stories: withModel(replies, await lab.modelCalls()), refused: refusedIn(lab) };
  });
  const { sign, text, gaps, final, wall } = crowdRows(stories);
  const longest = stories.map(({ reply }) => Math.max(0, ...gapsOf(reply.stepsMs)));
  const rows: readonly Row[] = [
    ['longest time without a visible step, by answer', longest, [15_000, 'max']],
    ['between visible steps', gaps],
    ['question until anything is visible', sign],
    ['question until text is visible', text],
    ['last token until all of it is there', final],
    ['first event until the last final', wall],
    ['refused with 429, in the worst minute (times)', [inWorstMinute(refused)], [1, 'max']],
  ];
  const steps = stories.map(({ reply }) => reply.stepsMs.length).toSorted((a, b) => a - b);
  print(
    `20 answers of 30 s in one workspace, 50 edits a minute; visible steps by answer: ${steps.join(' ')}`,
    rows,
  );
  return rows;
};

/** When Slack refused a call as too many; ms. */
const refusedIn = ({ slack }: Lab): readonly number[] =>
  slack.calls().flatMap(({ status, atMs }) => (status === 429 ? [atMs] : []));

const inWorstMinute = (moments: readonly number[]): number =>
  Math.max(
    0,
    ...moments.map((from) => moments.filter((at) => at >= from && at < from + 60_000).length),
  );

const scenarios = { quiet, crowd, spread, scarce } as const;
type Scenario = keyof typeof scenarios;

/** Prints a table for each; fails with every limit that was not kept. */
export const benchSlackDelivery = async (
  names: readonly Scenario[],
  setup: Setup,
): Promise<void> => {
  const faults: string[] = [];
  for (const name of names) {
    faults.push(...broken(await scenarios[name](setup)).map((fault) => `${name}: ${fault}`));
  }
  strictEqual(faults.join('\n'), '');
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      servers: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const all = Object.keys(scenarios) as Scenario[];
  const asked = all.filter((name) => values.only === undefined || values.only.includes(name));
  await benchSlackDelivery(asked, {
    servers: values.servers,
    ...(values.profile !== undefined && { profileDir: values.profile }),
  });
}
