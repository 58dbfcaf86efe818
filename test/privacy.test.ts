/**
 * No question, prompt, document, answer or token ever reaches a log or an error: the whole way of a question, broken at each step, and the proof
 * that a leak would be seen. Drivers and adapters, each made to fail by itself: test/privacy/ and test/services/privacy.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { BotError, type ErrorCode, noticeFor, toBotError } from '../src/domain/errors.ts';
import { createQuoteModel } from '../src/drivers/quote-model/quote-model.ts';
import { buildChunk } from './fakes/build.ts';
import type { Refusal, VendorError } from './fakes/openai/refusals.ts';
import { canaries, everything } from './privacy/canaries.ts';
import { hostileError } from './privacy/hostile-error.ts';
import { channel, startWholeWay, user } from './privacy/whole-way.ts';
import { createWitness } from './privacy/witness.ts';

const { question } = canaries;
/** What an answer may show, also one that is not whole: itself, and its sources. */
const ofTheAnswer = ['answer', 'title', 'heading', 'document'] as const;

describe('a planted leak is seen', () => {
  test.each([
    ['plain', question],
    ['as JSON', JSON.stringify({ question })],
    ['as JSON in JSON', JSON.stringify(JSON.stringify({ question }))],
    ['in an address', `https://example.com/?q=${encodeURIComponent(question)}`],
    ['cut after 20 characters', question.slice(0, 20)],
    ['cut after ten characters', question.slice(0, 10)],
    ['without its beginning', question.slice(20)],
    ['in capitals', question.toUpperCase()],
    ['in Base64', Buffer.from(question).toString('base64')],
    ['in Base64 of more', Buffer.from(`x${question}`).toString('base64')],
    ['in Base64 of still more', Buffer.from(`{"${question}`).toString('base64url')],
    ['in hex', Buffer.from(question).toString('hex')],
  ])('in the log, %s', (_how, text) => {
    const witness = createWitness();
    witness.log.info('answer failed', { turnId: 'slack-T1-C1-1.2', reason: text });
    expect(witness.leaks()).toEqual([expect.stringContaining('log holds the question')]);
  });

  test.each<readonly [string, unknown]>([
    ['the details', new BotError('internal', { details: { text: question } })],
    ['the cause', new BotError('internal', { cause: { name: 'Error', vendorCode: question } })],
    ["the cause's error", new BotError('internal', { cause: new Error(question) })],
    [
      'a field that is not shown',
      Object.defineProperty(new BotError('internal'), 'x', { value: question }),
    ],
    ['the stack', Object.assign(new BotError('internal'), { stack: `BotError: ${question}` })],
    ['the message', Object.assign(new BotError('internal'), { message: question })],
  ])('in %s of an error', async (_where, error) => {
    const witness = createWitness();
    await witness.fails(Promise.reject(error));
    expect(witness.leaks()).toEqual([expect.stringContaining('error holds the question')]);
  });

  test('in what the process prints and in what people are told', () => {
    const witness = createWitness();
    // biome-ignore lint/suspicious/noConsole: a leak of this very kind is what is looked for.
    console.debug({ apiKey: canaries.apiKey.slice(0, 20) });
    witness.shown('reply', `The model said: ${canaries.vendor}`);
    expect(witness.leaks()).toEqual([
      expect.stringContaining('output holds the apiKey'),
      expect.stringContaining('reply holds the vendor'),
    ]);
  });

  test('for each of the canaries, in an error of any kind', async () => {
    const witness = createWitness();
    await expect(witness.fails(Promise.reject(hostileError()))).rejects.toThrow('not a BotError');
    expect(witness.leaks()).toHaveLength(Object.keys(canaries).length);
  });

  test('and what holds no canary is not', async () => {
    const witness = createWitness();
    witness.log.warn('lease lost', { conversationId: '0123456789abcdef0123456789abcdef' });
    await witness.fails(Promise.reject(new BotError('model_stalled', { retryAfterMs: 1_000 })));
    witness.shown('reply', noticeFor('model_stalled'));
    expect(witness.leaks()).toEqual([]);
  });
});

describe('the whole way of a question', () => {
  test('is seen by nobody when nothing fails', async () => {
    const way = await startWholeWay();
    const { ts } = await way.ask();
    expect((await way.ended(ts)).state).toBe('done');
    expect(way.replies().join()).toContain('Axolotlanswer');
    expect(way.witness.leaks()).toEqual([]);
  });

  test.each([
    ...['conversations.addConversation', 'turns.addTurn'],
    ...['conversations.getConversation', 'turns.listTurns', 'queue.wake'],
    ...['leases.acquireLease', 'leases.releaseLease', 'leases.findConversationsToDrain'],
    ...['work.claimTurn', 'work.updateTurn', 'work.hasOpenTurns'],
  ])('breaks at %s', async (call) => {
    const way = await startWholeWay();
    way.broken.add(call);
    const { ts, deliveries } = await way.ask();
    await way.told();
    way.witness.shown('answer to Slack', deliveries);
    way.witness.shown('reply', way.shown(), { may: ofTheAnswer });
    expect(way.witness.leaks()).toEqual([]);
    way.broken.clear();
    if (deliveries.every(({ status }) => status === 200)) await way.ended(ts);
    expect(way.witness.leaks()).toEqual([]);
  });

  test('breaks at the answer log', async () => {
    const way = await startWholeWay();
    way.broken.add('answerLog.append');
    const { ts } = await way.ask();
    expect((await way.ended(ts)).state).toBe('done');
    expect(way.witness.leaks()).toEqual([]);
  });

  const chatty = (status: number, error: Partial<VendorError> = {}): Refusal => ({
    status,
    error: { message: everything, type: everything, param: everything, code: everything, ...error },
  });
  test.each<readonly [string, ErrorCode, Refusal]>([
    ['refuses the key', 'model_auth_failed', chatty(401)],
    ['does not know the model', 'model_not_found', chatty(404)],
    ['has no budget left', 'model_quota_exhausted', chatty(429, { code: 'insufficient_quota' })],
    ['is busy', 'model_rate_limited', chatty(429)],
    [
      'finds the prompt too long',
      'model_context_overflow',
      chatty(400, { code: 'context_length_exceeded' }),
    ],
    ['refuses the question', 'model_refused', chatty(400, { code: 'content_filter' })],
    ['does not understand', 'model_protocol_invalid', chatty(418)],
    ['fails', 'model_unavailable', chatty(500)],
  ])('breaks at a model that %s', async (_what, code, refusal) => {
    const way = await startWholeWay();
    way.model.respond(() => refusal);
    const { ts } = await way.ask();
    expect(await way.ended(ts)).toMatchObject({ state: 'failed', error: { code } });
    expect(way.replies()).toEqual([noticeFor(code)]);
    way.witness.shown('reply', way.shown());
    expect(way.witness.lines.join()).toContain('refining failed');
    expect(way.witness.leaks()).toEqual([]);
  });

  test('breaks at a model that fails in mid-answer, and the part that came is shown', async () => {
    const way = await startWholeWay();
    way.model.respond((request) =>
      way.isRefining(request)
        ? chatty(500)
        : {
            steps: [
              { type: 'text', text: canaries.answer },
              { type: 'error', error: chatty(500).error },
            ],
          },
    );
    const { ts } = await way.ask();
    expect((await way.ended(ts)).answer?.unfinished).toBe('stalled');
    way.witness.shown('reply', way.shown(), { may: ofTheAnswer });
    expect(way.witness.leaks()).toEqual([]);
  });

  test('goes on by words without vectors, and breaks at an index that is closed', async () => {
    const way = await startWholeWay();
    way.model.refuseEmbeddings(...Array<Refusal>(6).fill(chatty(400)));
    const { ts } = await way.ask();
    expect((await way.ended(ts)).state).toBe('done');
    expect(way.witness.lines.join()).toContain('embedding failed');
    await way.index.close();
    const next = await way.ask();
    // A store that is away is no fault of the question: it is tried three times before it is given up.
    expect(await way.ended(next.ts)).toMatchObject({
      state: 'failed',
      error: { code: 'attempts_exhausted' },
    });
    way.witness.shown('reply', way.replies().at(-1));
    expect(way.witness.leaks()).toEqual([]);
  });

  test.each([
    ['chat.postMessage', 'not_in_channel'],
    ['chat.postMessage', 'msg_too_long'],
    ['chat.postMessage', 'invalid_auth'],
    ['chat.update', 'message_not_found'],
    ['chat.update', 'edit_window_closed'],
    ['chat.update', 'invalid_blocks'],
    ['*', 'restricted_action'],
  ])('breaks at %s of Slack by %s', async (method, error) => {
    const way = await startWholeWay();
    way.slack.failNext(method, { error, times: Number.POSITIVE_INFINITY });
    const { ts } = await way.ask();
    expect((await way.ended(ts)).state).not.toBe('queued');
    way.witness.shown('reply', way.shown(), { may: ofTheAnswer });
    expect(way.witness.leaks()).toEqual([]);
  });

  test('breaks at a Slack that is away, limited and silent, and at one without the bot', async () => {
    const way = await startWholeWay();
    way.slack.failNext('chat.postMessage', { status: 500 });
    way.slack.failNext('chat.postMessage', { status: 429, retryAfterS: 1 });
    way.slack.failNext('chat.update', { status: 'apply-then-drop', times: 2 });
    const { ts } = await way.ask();
    expect((await way.ended(ts)).state).toBe('done');
    way.slack.failNext('*', {
      error: 'channel_not_found',
      matches: (call) => call.args['channel'] === channel,
      times: 9,
    });
    const next = await way.slack.mention({ channel, user, text: question });
    expect((await way.ended(next.ts)).state).toBe('failed');
    expect(way.notices()).toEqual([noticeFor('platform_forbidden')]);
    way.witness.shown('notice', way.notices());
    expect(way.witness.leaks()).toEqual([]);
  });

  test('breaks for a caller of the API too', async () => {
    const way = await startWholeWay();
    way.model.respond(() => chatty(401));
    const call = async (path: string, body: unknown) =>
      way.app.request(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${canaries.apiKey}` },
        body: JSON.stringify(body),
      });
    const made = await call('/v1/conversation/set', { name: canaries.title });
    const { data } = (await made.json()) as { data: { id: string } };
    const response = await call('/v1/conversation/completion', {
      conversation_id: data.id,
      messages: [
        { role: 'user', content: canaries.earlierQuestion },
        { role: 'assistant', content: canaries.earlierAnswer },
        { role: 'user', content: question },
      ],
    });
    const frames = await response.text();
    expect(frames).toContain(noticeFor('model_auth_failed'));
    way.witness.shown('frames', frames);
    expect(way.witness.leaks()).toEqual([]);
  });
});

test('an error of an unknown kind loses all that it holds', async () => {
  const witness = createWitness();
  await witness.fails(Promise.reject(toBotError(hostileError())));
  await witness.fails(Promise.reject(toBotError(everything)));
  await witness.fails(Promise.reject(toBotError({ code: everything, message: everything })));
  expect(witness.leaks()).toEqual([]);
});

test('the model that quotes goes on by words when its vectors fail with all that they know', async () => {
  const witness = createWitness();
  const embedder = {
    model: 'broken',
    embed: async () => {
      throw hostileError();
    },
  };
  const model = createQuoteModel({ embedder, log: witness.log });
  const chunks = [buildChunk({ text: canaries.document })];
  const grounding = { question: canaries.document, chunks };
  const request = { messages: [], maxOutputTokens: 10, grounding };
  const { signal } = new AbortController();
  const events = [];
  for await (const event of model.stream(request, { signal })) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: 'finish' });
  expect(witness.lines).toHaveLength(1);
  expect(witness.leaks()).toEqual([]);
});
