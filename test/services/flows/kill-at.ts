/** Kills the worker at a chosen moment of an answer, lets another one take over, and tells what stood in the store and in the thread. */
import { answer } from '../../fakes/openai/chat-script.ts';
import type { RecordedCall } from '../../fakes/slack/call-log.ts';
import type { Sent } from '../../fakes/slack/people.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import {
  openStoredDocuments,
  type StoredDocuments,
  type StoredQuestion,
} from './stored-documents.ts';
import { startWorld, type World } from './world.ts';

export type Moment =
  | 'turn stored'
  | 'retrieving'
  | 'first post lost'
  | 'mid-stream'
  | 'answered but not delivered'
  | 'delivered but not done';

/** Run side by side, each in a world of its own: workers of one world would take each other's questions. */
export const lanes: readonly (readonly [Moment, Moment])[] = [
  ['turn stored', 'mid-stream'],
  ['retrieving', 'answered but not delivered'],
  ['first post lost', 'delivered but not done'],
];

/** How a turn stands in the store. */
export interface Standing {
  readonly state: string;
  readonly attempt: number;
  readonly deliveries: number;
  readonly fence: number;
  /** How many messages it knows. */
  readonly parts: number;
  readonly hasAnswer: boolean;
}

type Left = Standing & {
  /** Whether the dead worker's lease is still on the conversation. */
  readonly isLeased: boolean;
};

const running = { state: 'running', attempt: 1, deliveries: 0, hasAnswer: false } as const;
const answered = { state: 'answered', attempt: 1, deliveries: 1, hasAnswer: true } as const;
const held = { fence: 1, parts: 1, isLeased: true } as const;

/** What the dead worker leaves. */
export const leftBehind: Readonly<Record<Moment, Left>> = {
  'turn stored': {
    ...{ state: 'queued', attempt: 0, deliveries: 0, hasAnswer: false },
    ...{ fence: 0, parts: 0, isLeased: false },
  },
  retrieving: { ...running, ...held },
  'first post lost': { ...running, ...held, parts: 0 },
  'mid-stream': { ...running, ...held },
  'answered but not delivered': { ...answered, ...held },
  'delivered but not done': { ...answered, ...held },
};

const startedAnew = {
  state: 'done',
  attempt: 2,
  deliveries: 1,
  fence: 2,
  parts: 1,
  hasAnswer: true,
};
const onlyDelivered = { ...startedAnew, attempt: 1, deliveries: 2 };

/** What the next worker makes of it. */
export const madeGood: Readonly<Record<Moment, Standing>> = {
  'turn stored': { ...startedAnew, attempt: 1, fence: 1 },
  retrieving: startedAnew,
  'first post lost': startedAnew,
  'mid-stream': startedAnew,
  'answered but not delivered': onlyDelivered,
  'delivered but not done': onlyDelivered,
};

export interface Death {
  /** In the store right after the kill. */
  readonly left: Left;
  /** The bot's messages in the thread right after the kill. */
  readonly shown: readonly string[];
  /** In the store when the turn was done. */
  readonly ended: Standing;
  readonly thread: Pick<Sent, 'channel' | 'threadTs'>;
  /** From the kill on: until the next worker said `started`, wrote its fence, and was done. */
  readonly readyMs: number;
  readonly takenUpMs: number;
  readonly doneMs: number;
}

export interface Lane {
  readonly leaseMs: number;
  readonly sweepMs: number;
  /** What an answer that nobody disturbed looks like in the end. */
  readonly whole: string;
  /** The same question each time, in a channel of its own. */
  killAt(moment: Moment): Promise<Death>;
  /** The bot's messages that stand in the thread now. */
  standing(thread: Death['thread']): readonly string[];
  /** How many of the bot's messages people have ever seen in the thread, deleted ones included. */
  countPosts(thread: Death['thread']): number;
  close(): Promise<void>;
}

const question = 'Can I carry leftover holiday over into next year, and when does it expire?';
const beginning = 'Up to five unused days';
const answerText = `${beginning} move into the new year and lapse on 31 March [ID:0]. Whatever is left after that day is gone. Ask your lead before the end of the year if you could not take them [ID:1].`;
const script = answer(answerText, { tokensPerSecond: 300 });
/** Enough for some words to be shown, long before the end. */
const someChunks = 12;

/** A world whose one worker dies again and again: whoever takes over is the next to die. */
export const openLane = async (options: {
  readonly testFileUrl: string;
  readonly leaseMs: number;
  readonly sweepMs: number;
}): Promise<Lane> => {
  const { leaseMs, sweepMs } = options;
  const world = await startWorld(options);
  const { slack, model } = world;
  const documents = await openStoredDocuments(world.env.MONGODB_URL);
  slack.addUser({ id: 'UANA' });
  model.respond(() => script);
  await world.startApi();
  let worker = await world.startWorker();
  let channels = 0;

  const openScene = (): Scene => {
    channels += 1;
    const { id: channel } = slack.addChannel({ id: `C${channels}` });
    const ask = () => slack.mention({ channel, user: 'UANA', text: question });
    return { world, documents, worker, channel, ask };
  };
  const standing: Lane['standing'] = ({ channel, threadTs }) =>
    slack.botMessages(channel, threadTs).map(({ text }) => text);
  const undisturbed = await openScene().ask();
  await documents.when(undisturbed, isDone, { what: 'an answer that nobody disturbs' });

  return {
    leaseMs,
    sweepMs,
    whole: standing(undisturbed).join('\n'),
    standing,
    countPosts: ({ channel, threadTs }) =>
      slack.timeline(channel, threadTs).filter(({ byBot, kind }) => byBot && kind === 'post')
        .length,
    async killAt(moment) {
      const { sent, letGo } = await reach[moment](openScene());
      const since = performance.now();
      await worker.kill();
      const found = await documents.read(sent);
      const left = { ...standingOf(found), isLeased: found.conversation.lease !== undefined };
      const shown = standing(sent);
      letGo();
      const takenUp = documents
        .when(sent, ({ turn }) => turn.fence > left.fence, {
          what: `taken up after the death at "${moment}"`,
          timeoutMs: 2 * (leaseMs + sweepMs) + 20_000,
        })
        .then(() => performance.now() - since);
      worker = await world.startWorker();
      const readyMs = performance.now() - since;
      const takenUpMs = await takenUp;
      const done = await documents.when(sent, isDone, { what: `done after "${moment}"` });
      const doneMs = performance.now() - since;
      return { left, shown, ended: standingOf(done), thread: sent, readyMs, takenUpMs, doneMs };
    },
    async close() {
      await documents.close();
      await world.close();
    },
  };
};

interface Scene {
  readonly world: World;
  readonly documents: StoredDocuments;
  readonly worker: FootnoteProcess;
  readonly channel: string;
  readonly ask: () => Promise<Sent>;
}

interface Reached {
  readonly sent: Sent;
  /** Ends what holds the dead worker's call. */
  readonly letGo: () => void;
}

const isDone = ({ turn }: StoredQuestion): boolean => turn.state === 'done';
const hasMessage = ({ turn }: StoredQuestion): boolean => turn.parts.length === 1;

const standingOf = ({ turn }: StoredQuestion): Standing => ({
  state: turn.state,
  attempt: turn.attempt,
  deliveries: turn.deliveries,
  fence: turn.fence,
  parts: turn.parts.length,
  hasAnswer: turn.answer !== undefined,
});

/** Asks, and resolves when the worker stands at the moment. */
const reach: Readonly<Record<Moment, (scene: Scene) => Promise<Reached>>> = {
  async 'turn stored'({ worker, ask }) {
    worker.pause();
    return { sent: await ask(), letGo: () => {} };
  },
  async retrieving({ world: { model }, documents, ask }) {
    const call = model.requests('embeddings').length + 1;
    const stop = model.stopAt({ kind: 'embeddings', call });
    const [sent] = await Promise.all([ask(), stop.reached]);
    await documents.when(sent, hasMessage, { what: 'the status is shown' });
    return { sent, letGo: stop.release };
  },
  'first post lost': (scene) =>
    holdCall(scene, { method: 'chat.postMessage', when: 'after-apply' }),
  async 'mid-stream'({ world: { model, slack }, documents, channel, ask }) {
    const call = model.requests('chat').length + 1;
    const stop = model.stopAt({ call, afterChunks: someChunks });
    const [sent] = await Promise.all([ask(), stop.reached]);
    await slack.waitFor(() => slack.botMessages(channel)[0]?.text.startsWith(beginning));
    await documents.when(sent, hasMessage, { what: 'the message is known' });
    return { sent, letGo: stop.release };
  },
  'answered but not delivered': (scene) =>
    holdCall(scene, { method: 'chat.update', when: 'before-apply', fits: isFinal }),
  'delivered but not done': (scene) =>
    holdCall(scene, { method: 'chat.update', when: 'after-apply', fits: isFinal }),
};

/** Only the final has the sources. */
const isFinal = (call: RecordedCall): boolean => JSON.stringify(call.args).includes('**Sources**');

/** What is held before it is applied is dropped in the end; a call that lands late is another test's. */
const holdCall = async (
  { world: { slack }, channel, ask }: Scene,
  at: {
    readonly method: string;
    readonly when: 'before-apply' | 'after-apply';
    readonly fits?: (call: RecordedCall) => boolean;
  },
): Promise<Reached> => {
  const { method, when, fits = () => true } = at;
  const matches = (call: RecordedCall) => call.args['channel'] === channel && fits(call);
  const stop = slack.stopAt({ method, when, matches });
  const [sent] = await Promise.all([ask(), stop.reached]);
  return { sent, letGo: () => stop.release('drop') };
};
