/** Questions whose answers last as long as a test needs: the model counts, fifteen numbers a second, and every word can be told from the others. */
import { expect } from 'vitest';
import { type AnswerScript, answer } from '../../fakes/openai/chat-script.ts';
import type { ChatRequest } from '../../fakes/openai/check-chat-request.ts';
import type { Sent, Typed } from '../../fakes/slack/people.ts';
import { questionIn } from './cite-passages.ts';
import { type AnswerReader, createAnswerReader, curlJson, curlStream } from './seed-client.ts';
import { until } from './until.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const channel = 'C0COUNT';
const user = 'U0ADA';
const numbersPerSecond = 15;

/** The number that the model counts to; no two questions of a test may share one. */
const questionFor = (upTo: number) => `What is the on-call pay per week? Count to ${upTo}.`;
const numbers = (upTo: number) => Array.from({ length: upTo }, (_, index) => index + 1).join(' ');
const written = (upTo: number) => `${numbers(upTo)} [ID:0]`;

const limitIn = (request: ChatRequest) => Number(/Count to (\d+)/.exec(questionIn(request))?.[1]);
const countAloud = (request: ChatRequest): AnswerScript =>
  answer(written(limitIn(request)), { tokensPerSecond: numbersPerSecond });

export interface CountingWorld extends World {
  /** Asks in a new thread; resolves when Slack has its answers to both events, or gave up. */
  ask(upTo: number, options?: Pick<Typed, 'retries'>): Promise<Sent>;
  /** Resolves with the message once the first numbers stand in it. */
  begun(asked: Sent): Promise<{ readonly ts: string }>;
  /** Resolves with the message once the whole answer and its sources stand in it, the only one of the bot in the thread. */
  whole(asked: Sent, upTo: number, timeoutMs?: number): Promise<{ readonly ts: string }>;
  /** How often the model was asked. */
  askedModel(upTo: number): number;
}

export const startCountingWorld = async (options: WorldOptions): Promise<CountingWorld> => {
  const world = await startWorld(options);
  const { slack, model } = world;
  slack.addChannel({ id: channel });
  slack.addUser({ id: user, name: 'ada' });
  model.respond(countAloud);
  const seen = async (
    threadTs: string,
    { start, end = '', timeoutMs }: { start: string; end?: string; timeoutMs: number },
  ) => {
    const find = () =>
      slack
        .botMessages(channel, threadTs)
        .find(({ text }) => text.startsWith(start) && text.includes(end));
    const what = `a message with ${start.slice(-20)} and ${end}`;
    return (await slack.waitFor(find, { timeoutMs, what })) ?? { ts: '' };
  };
  return {
    ...world,
    ask: (upTo, { retries = false } = {}) =>
      slack.mention({ channel, user, text: questionFor(upTo), retries }),
    begun: ({ threadTs }) => seen(threadTs, { start: '1 2 3 ', timeoutMs: 15_000 }),
    async whole({ threadTs }, upTo, timeoutMs = 30_000) {
      const start = `${numbers(upTo)} [[1]](https://`;
      const message = await seen(threadTs, { start, end: '**Sources**\n1. ', timeoutMs });
      expect(slack.botMessages(channel, threadTs)).toHaveLength(1);
      return message;
    },
    askedModel: (upTo) =>
      model.requests('chat').filter(({ body }) => limitIn(body as unknown as ChatRequest) === upTo)
        .length,
  };
};

export interface ReadAloud {
  readonly reader: AnswerReader;
  readonly conversationId: string;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<unknown>;
  /** What a reader who obeys resets must have at the end. */
  readonly expected: string;
}

/** Asks over HTTP, and resolves when the reader has the first words. */
export const readAloud = async (url: string, upTo: number): Promise<ReadAloud> => {
  const { data } = await curlJson(`${url}/v1/conversation/set`, { body: { name: 'Counting' } });
  const reader = createAnswerReader();
  const body = {
    conversation_id: data.id,
    messages: [{ role: 'user', content: questionFor(upTo), id: 'm1' }],
  };
  const { ended } = curlStream(`${url}/v1/conversation/completion`, { reader, body });
  await until(async () => reader.text.startsWith('1 2 3'), { what: 'the first words' });
  return { reader, conversationId: data.id, ended, expected: written(upTo) };
};
