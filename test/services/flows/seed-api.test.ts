/** The seed's two calls by curl, on the same turns, queue and worker as Slack: every word once, whoever leaves or dies in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asId, type ConversationId } from '../../../src/domain/ids.ts';
import { httpTurnId } from '../../../src/domain/turn-id.ts';
import { answer, splitTokens } from '../../fakes/openai/chat-script.ts';
import { citePassages } from './cite-passages.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { apiKey } from './open-parts.ts';
import { createAnswerReader, curlJson, curlStream } from './seed-client.ts';
import { turnInState, turnsInThread } from './stored-turns.ts';
import { until } from './until.ts';
import { startWorld, type World } from './world.ts';

const otherKey = 'an-api-key-of-another';
const question = 'By when and how do I report sick leave?';
const written =
  'By half past nine, on the first day, you send your team lead a message by chat or by phone {Message your team lead before 09:30}. You need not say what is wrong.';
/** Where the model is held: in the middle of the words. */
const heldAfterChunks = 14;
const half = splitTokens(written).slice(0, heldAfterChunks).join('');

describe('the seed’s calls by curl', () => {
  let world: World;
  let api: FootnoteProcess;
  let worker: FootnoteProcess;

  beforeAll(async () => {
    world = await startWorld({ testFileUrl: import.meta.url });
    world.model.respond((request) =>
      answer(citePassages(request, written), { tokensPerSecond: 200 }),
    );
    [worker, api] = await Promise.all([
      world.startWorker(),
      world.startApi({ FOOTNOTE_API_KEYS: `${apiKey},${otherKey}` }),
    ]);
  });
  afterAll(() => world?.close());

  const urlOf = (route: string) => `${api.url}/v1/conversation/${route}`;
  const setConversation = async (key = apiKey): Promise<ConversationId> => {
    const body = { dialog_id: 'default', name: 'From curl' };
    const { code, data } = await curlJson(urlOf('set'), { body, key });
    expect(code).toBe(0);
    return asId(data.id);
  };
  const completionOf = (conversationId: string, options: object = {}) => ({
    conversation_id: conversationId,
    messages: [{ role: 'user', content: question, id: 'm1' }],
    ...options,
  });
  const storedAnswer = async (conversationId: ConversationId) => {
    const turn = await turnInState(world, { id: httpTurnId(conversationId, 'm1'), state: 'done' });
    return turn.answer?.text ?? '';
  };

  /** Asks, and resolves when the client has read what the model wrote before it was held. */
  const askUpToHalf = async () => {
    const hold = world.model.stopAt({
      call: world.model.requests('chat').length + 1,
      afterChunks: heldAfterChunks,
    });
    const conversationId = await setConversation();
    const reader = createAnswerReader();
    const stream = curlStream(urlOf('completion'), { reader, body: completionOf(conversationId) });
    await hold.reached;
    await until(async () => reader.text === half, { what: 'the first half is read' });
    return { hold, conversationId, reader, stream };
  };
  const resume = ({
    conversationId,
    reader,
  }: Pick<Awaited<ReturnType<typeof askUpToHalf>>, 'conversationId' | 'reader'>) =>
    curlStream(urlOf(`events?conversation_id=${conversationId}&message_id=m1`), {
      reader,
      lastEventId: reader.lastEventId,
    });

  it('set, then completion, print the answer until `data` is `true`', async () => {
    const conversationId = await setConversation();
    const reader = createAnswerReader();
    const stream = curlStream(urlOf('completion'), { reader, body: completionOf(conversationId) });
    expect(await stream.ended).toBe(0);

    const whole = await storedAnswer(conversationId);
    expect(whole).toMatch(/^By half past nine, .* by phone \[ID:\d\]\. You need not say/);
    expect(reader.printed).toBe(whole);
    expect(reader.resets).toBe(0);
    expect(reader.isEnded).toBe(true);
    const [final, last] = reader.frames.slice(-2);
    expect(last).toEqual({ code: 0, message: '', data: true });
    expect(final?.data).toMatchObject({ final: true, answer: '', prompt: '', final_answer: whole });
    expect(final?.data.reference.chunks.length).toBeGreaterThan(0);
    const deltas = reader.frames.slice(0, -2);
    // What comes at once is one frame, and a model that takes its time gives several.
    expect(deltas.length).toBeGreaterThan(1);
    for (const { code, data } of deltas) {
      expect({ code, ...data }).toMatchObject({
        ...{ code: 0, final: false, session_id: conversationId, id: 'm1' },
        reference: { chunks: [] },
      });
    }
  });

  it('cut by the client in mid-answer and resumed with Last-Event-ID, a stream gives every word once', async () => {
    const asked = await askUpToHalf();
    await asked.stream.leave();
    const resumed = resume(asked);
    asked.hold.release();
    expect(await resumed.ended).toBe(0);

    expect(asked.reader).toMatchObject({ isEnded: true, resets: 0 });
    expect(asked.reader.printed).toBe(await storedAnswer(asked.conversationId));
  });

  it('resumed after the answer’s end, a stream gives the rest, and then the last frame alone', async () => {
    const asked = await askUpToHalf();
    await asked.stream.leave();
    asked.hold.release();
    const whole = await storedAnswer(asked.conversationId);
    expect(await resume(asked).ended).toBe(0);
    expect(asked.reader.printed).toBe(whole);
    const framesBefore = asked.reader.frames.length;
    expect(await resume(asked).ended).toBe(0);
    expect(asked.reader.frames.slice(framesBefore)).toEqual([{ code: 0, message: '', data: true }]);
  });

  it('gives every word once to readers that obey `reset` when the worker is killed in mid-answer', async () => {
    const stayed = await askUpToHalf();
    const { conversationId } = stayed;
    const left = { conversationId, reader: createAnswerReader() };
    const early = resume(left);
    await until(async () => left.reader.text === half, { what: 'the other reader is as far' });
    await early.leave();

    await worker.kill();
    stayed.hold.release();
    worker = await world.startWorker();
    expect(await stayed.stream.ended).toBe(0);
    expect(await resume(left).ended).toBe(0);

    const whole = await storedAnswer(conversationId);
    for (const reader of [stayed.reader, left.reader]) {
      expect(reader).toMatchObject({ isEnded: true, resets: 1, text: whole });
    }
    const { turns } = await world.openStore();
    expect(await turns.getTurn(httpTurnId(conversationId, 'm1'))).toMatchObject({ attempt: 2 });
  });

  it('gives every word once when the API server is restarted in mid-answer', async () => {
    const asked = await askUpToHalf();
    const stopped = await api.stop();
    expect(stopped.code).toBe(0);
    await asked.stream.ended;
    expect(asked.reader.isEnded).toBe(false);

    api = await world.startApi({
      FOOTNOTE_API_KEYS: `${apiKey},${otherKey}`,
      FOOTNOTE_PORT: new URL(api.url).port,
    });
    const resumed = resume(asked);
    asked.hold.release();
    expect(await resumed.ended).toBe(0);
    expect(asked.reader).toMatchObject({ isEnded: true, resets: 0 });
    expect(asked.reader.printed).toBe(await storedAnswer(asked.conversationId));
  });

  it('with `stream: false` completion is one JSON with the whole answer', async () => {
    const conversationId = await setConversation();
    const body = completionOf(conversationId, { stream: false });
    const { status, code, data } = await curlJson(urlOf('completion'), { body });
    expect({ status, code }).toEqual({ status: 200, code: 0 });
    expect(data.answer).toBe(await storedAnswer(conversationId));
    expect(data.reference.chunks.length).toBeGreaterThan(0);
  });

  it('finishes and stores the answer of a client that has left', async () => {
    const { hold, conversationId, stream } = await askUpToHalf();
    await stream.leave();
    hold.release();
    const whole = await storedAnswer(conversationId);
    const { data } = await curlJson(urlOf(`get?conversation_id=${conversationId}`));
    expect(data.message.at(-2)).toMatchObject({ role: 'user', content: question, id: 'm1' });
    expect(data.message.at(-1)).toMatchObject({ role: 'assistant', content: whole, id: 'm1' });
    expect(data.reference).toHaveLength(1);
  });

  it('refuses a wrong key with 401', async () => {
    const conversationId = await setConversation();
    const key = 'a-key-that-nobody-gave';
    for (const call of [
      curlJson(urlOf('set'), { key, body: { dialog_id: 'default' } }),
      curlJson(urlOf('completion'), { key, body: completionOf(conversationId) }),
      curlJson(urlOf(`get?conversation_id=${conversationId}`), { key }),
      curlJson(urlOf(`events?conversation_id=${conversationId}&message_id=m1`), { key }),
    ]) {
      expect(await call).toMatchObject({ status: 401, code: 401, data: null });
    }
  });

  it('answers 102 to someone else’s conversation, like to one that does not exist', async () => {
    const { slack } = world;
    slack.addChannel({ id: 'C0PEOPLE', name: 'people' });
    slack.addUser({ id: 'U0ADA', name: 'ada' });
    const asked = await slack.mention({ channel: 'C0PEOPLE', user: 'U0ADA', text: question });
    const [turn] = await turnsInThread(world, asked);
    const ofSlack = turn?.conversationId ?? '';
    const ofAnother = await setConversation(otherKey);
    const ofNobody = '0'.repeat(32);

    const answers = await Promise.all(
      [ofSlack, ofAnother, ofNobody].flatMap((id) => [
        curlJson(urlOf(`get?conversation_id=${id}`)),
        curlJson(urlOf('completion'), { body: completionOf(id) }),
        curlJson(urlOf(`events?conversation_id=${id}&message_id=m1`)),
        curlJson(urlOf('set'), { body: { conversation_id: id, name: 'Mine now' } }),
      ]),
    );
    const [first] = answers;
    expect(first).toMatchObject({ code: 102, message: 'Conversation not found!' });
    expect(answers).toEqual(answers.map(() => first));
  });
});
