/** Asks the questions of a bench and reads from Slack's timeline when something of each answer became visible. */
import { setTimeout as delay } from 'node:timers/promises';
import type { VisibleChange } from '../../test/fakes/slack/timeline.ts';
import { machineMs } from './machine-clock.ts';
import { askerIn, type Lab } from './open-lab.ts';
import { askFor, beginOfAnswer, endOfAnswer, type Pace } from './paced-answer.ts';

const lookMs = 50;
const shownChars = 60;
const greetedAtOnce = 10;

/** A question in a thread of its own; no two of a lab share a name or a channel. */
export interface Question extends Pace {
  readonly name: string;
  readonly team: string;
  readonly channel: string;
}

/** Moments on the machine's clock, ms. */
export interface SeenReply {
  readonly name: string;
  /** When the question stood in the channel; its events were sent right then. */
  readonly askedMs: number;
  /** Anything of the bot's. */
  readonly firstSignMs: number;
  /** Words of the answer. */
  readonly firstTextMs: number;
  /** From the first words to the whole answer, each moment at which another text stood there. */
  readonly stepsMs: readonly number[];
  /** The whole answer and its sources. */
  readonly finalMs: number;
}

/**
 * Asks at once and waits until every answer stands there whole, at most `patienceMs` after the longest answer's end.
 * Throws with what stands there instead.
 */
export const askAtOnce = async (
  lab: Lab,
  questions: readonly Question[],
  { patienceMs = 60_000 }: { readonly patienceMs?: number } = {},
): Promise<readonly SeenReply[]> => {
  await greet(lab, questions);
  const asked = Promise.all(
    questions.map(({ channel, team, name, ...pace }) =>
      lab.slack.mention({ channel, user: askerIn(team), text: askFor(name, pace), retries: true }),
    ),
  );
  const longestMs = Math.max(...questions.map((one) => (one.tokens * 1_000) / one.tokensPerSecond));
  const deadlineMs = machineMs() + longestMs + patienceMs;
  let pending = questions;
  while (pending.length > 0 && machineMs() < deadlineMs) {
    await delay(lookMs);
    pending = pending.filter((question) => !isWhole(lab, question));
  }
  if (pending.length > 0) throw new Error(describeRest(lab, pending));
  for (const { deliveries } of await asked) {
    if (!deliveries.some(({ status }) => status === 200)) throw new Error('an event was refused');
  }
  return Promise.all(
    questions.map(async (question, index) =>
      seenReply(lab.slack.timeline(question.channel, (await asked)[index]?.threadTs), question),
    ),
  );
};

/** The bot has been called in each channel before, as in a workspace that it lives in: it knows the channel and the person. Costs no edit. */
const greet = async ({ slack }: Lab, questions: readonly Question[]): Promise<void> => {
  for (let next = 0; next < questions.length; next += greetedAtOnce) {
    const some = questions.slice(next, next + greetedAtOnce);
    await Promise.all(
      some.map(async ({ channel, team }) => {
        slack.addChannel({ id: channel, teamId: team });
        await slack.mention({ channel, user: askerIn(team), text: '', events: ['app_mention'] });
        await slack.waitFor(() => slack.botMessages(channel).length > 0, { timeoutMs: 20_000 });
      }),
    );
  }
};

const isFinal = (text: string, { name }: Pick<Question, 'name'>): boolean =>
  text.includes(endOfAnswer(name)) && text.includes('Sources');

const isWhole = ({ slack }: Lab, question: Question): boolean =>
  slack.botMessages(question.channel).some(({ text }) => isFinal(text, question));

/** How many answers are not whole, and how what stands there begins. */
const describeRest = ({ slack }: Lab, pending: readonly Question[]): string => {
  const texts = pending.map(({ channel }) => slack.botMessages(channel).at(-1)?.text ?? 'nothing');
  const begins = new Set(texts.map((text) => text.slice(0, shownChars)));
  return `${pending.length} answers are not whole: ${[...begins].join(' | ')}`;
};

export const seenReply = (
  timeline: readonly VisibleChange[],
  question: Pick<Question, 'name'>,
): SeenReply => {
  const [root] = timeline;
  const ofBot = timeline.filter(
    ({ byBot, kind }) => byBot && (kind === 'post' || kind === 'update'),
  );
  const steps = ofBot.filter(
    ({ ts, text }, index) => text !== ofBot.slice(0, index).findLast((one) => one.ts === ts)?.text,
  );
  const first = steps.findIndex(({ text }) => text.includes(beginOfAnswer));
  const last = steps.findIndex(({ text }) => isFinal(text, question));
  const [sign, text, final] = [ofBot[0], steps[first], steps[last]];
  if (root === undefined || sign === undefined || text === undefined || final === undefined) {
    throw new Error(`the answer ${question.name} was not shown`);
  }
  return {
    name: question.name,
    askedMs: root.atMs,
    firstSignMs: sign.atMs,
    firstTextMs: text.atMs,
    stepsMs: steps.slice(first, last + 1).map(({ atMs }) => atMs),
    finalMs: final.atMs,
  };
};

/** Between one moment and the next. */
export const gapsOf = (moments: readonly number[]): readonly number[] =>
  moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));

/** The value that the share of all do not exceed; NaN of none. */
export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
