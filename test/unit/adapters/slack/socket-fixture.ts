/** The Slack door over Socket Mode: a fake Slack on loopback, stores in memory, and one clock for both that only a test moves. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { SlackListeningDeps } from '../../../../adapters/slack/listener-deps.ts';
import { createOpenSocketUrl } from '../../../../adapters/slack/open-socket-url.ts';
import { createSlackApp } from '../../../../adapters/slack/slack-app.ts';
import { createSocketReceiver } from '../../../../adapters/slack/socket-receiver.ts';
import { createAskAgain } from '../../../../src/conversation/ask-again.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createEditQuestion } from '../../../../src/conversation/edit-question.ts';
import { createRateAnswer } from '../../../../src/conversation/rate-answer.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import { asId, newConversationId } from '../../../../src/domain/ids.ts';
import { createMemoryStore } from '../../../../src/drivers/memory/memory-store.ts';
import type { TurnStore } from '../../../../src/ports/turn-store.ts';
import { buildDialog } from '../../../fakes/build.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';
import { createRecordingMetrics } from '../../../fakes/recording-metrics.ts';
import { type FakeSlackOptions, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

export type SocketWorld = Awaited<ReturnType<typeof startSocketWorld>>;

/** Stops and closes by itself; fails the test when a promise was rejected and nobody looked, or Slack got what it does not understand. */
export const startSocketWorld = async (options: Partial<FakeSlackOptions> = {}) => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);

  const clock = createFakeClock({ startMs: Date.now() });
  const slack = await startFakeSlack({
    ...{ signingSecret: 'secret', botToken: 'xoxb-1', appToken: 'xapp-1', limits: 'off' },
    clock: {
      now: clock.now,
      sleep: (ms, signal) => clock.sleep(ms, signal ? { signal } : {}),
    },
    ...options,
  });
  slack.addUser({ id: 'U1' });
  slack.addChannel({ id: 'C1' });
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const store = createMemoryStore({ clock });
  const added: string[] = [];
  /** What stands in the way of a write: a test sets it. */
  const hooks: { beforeWrite: () => Promise<void> } = { beforeWrite: async () => {} };
  const turns: TurnStore = {
    ...store.turns,
    async addTurn(conversationId, turn) {
      await hooks.beforeWrite();
      const result = await store.turns.addTurn(conversationId, turn);
      if (result.added) added.push(turn.question.text);
      return result;
    },
  };
  const { conversations } = store;
  const queue = { wake: async () => {} };
  const slackWay = oneWorkspace({ apiUrl: slack.apiUrl, clock, log });
  const receiver = createSocketReceiver({
    openUrl: createOpenSocketUrl({ ...slackWay, appToken: 'xapp-1', metrics }),
    ...{ clock, random: () => 0.5, metrics, log },
  });
  const changing = { ...store, turns, queue, log, stopSignal: { publish: async () => {} } };
  const deps: SlackListeningDeps = {
    ...slackWay,
    receiveQuestion: createReceiveQuestion({
      ...{ conversations, turns, queue, log, newConversationId },
      now: clock.now,
    }),
    editQuestion: createEditQuestion(changing),
    cancelTurn: createCancelTurn(changing),
    askAgain: createAskAgain({ ...changing, now: clock.now }),
    rateAnswer: createRateAnswer(changing),
    dialogs: { listDialogs: async () => [buildDialog()], listKnowledgeBases: async () => [] },
    followUps: true,
    looksLikeQuestion: () => true,
    placeOf: () => ({ dialogId: asId('default'), listen: 'mention', audience: 'team' }),
    ...{ conversations, turns, clock, log },
  };
  createSlackApp(deps, receiver);

  /** Lets what is on its way over loopback arrive. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  };
  /** Moves the clock in small steps, with time for the network in each, until the check holds. Gives how long that took on the clock. */
  const until = async (
    check: () => boolean,
    { withinMs = 600_000 }: { readonly withinMs?: number } = {},
  ): Promise<number> => {
    const begunAt = clock.monotonic();
    await settle();
    while (!check()) {
      if (clock.monotonic() - begunAt > withinMs) throw new Error(`not within ${withinMs} ms`);
      await clock.advance(250);
      await settle();
    }
    return clock.monotonic() - begunAt;
  };
  const pass = async (ms: number): Promise<void> => {
    const end = clock.monotonic() + ms;
    await until(() => clock.monotonic() >= end);
  };
  /** Gives what the promise gives, moving the clock meanwhile. */
  const meanwhile = async <Value>(promise: Promise<Value>): Promise<Value> => {
    let ended = false;
    const mark = () => {
      ended = true;
    };
    promise.then(mark, mark);
    await until(() => ended);
    return promise;
  };

  onTestFinished(async () => {
    hooks.beforeWrite = async () => {};
    await meanwhile(receiver.stop());
    await slack.close();
    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(slack.socketFaults()).toEqual([]);
  });
  return {
    ...{ slack, receiver, clock, log, metrics, hooks, until, pass, meanwhile, settle },
    /** The questions that were stored, in order, each as often as it became a turn. */
    added: added as readonly string[],
    events: () => log.lines.map(({ event }) => event),
    async connect(): Promise<void> {
      await receiver.start();
      await until(() => slack.socketConnections().length === 2 && receiver.isReady());
    },
    ask: (text: string) => slack.directMessage({ user: 'U1', text, retries: true }),
  };
};
