import { beforeEach, describe, expect, it } from 'vitest';
import type { AnswerEvent } from '../../../../src/domain/chat-event.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { fc } from '../../../property-tests.ts';
import {
  conversationId,
  createHttpFixture,
  delta,
  final,
  type HttpFixture,
  key,
  reasoning,
  reference,
  reset,
  turnIdOf,
} from './http-fixture.ts';
import { ObedientReader, openSse } from './sse-reader.ts';

const turnId = turnIdOf('m1');
const answered = (text: string) => ({ state: 'done', answer: { text }, reference }) as const;
const eventsPath = `/v1/conversation/events?conversation_id=${conversationId}&message_id=m1`;

let http: HttpFixture;
beforeEach(async () => {
  http = createHttpFixture();
  await http.create();
});

const comeBack = (lastEventId: string | undefined): Promise<Response> =>
  http.call(eventsPath, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });

const readAll = async (response: Response): Promise<ObedientReader> => {
  const reader = new ObedientReader();
  await reader.follow(response);
  return reader;
};

describe('a stream', () => {
  it('has the headers of RAGFlow', async () => {
    const response = await http.ask('m1');
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    await response.body?.cancel();
  });

  it('brings the words as they are written, to everybody who reads', async () => {
    const streams = [openSse(await http.ask('m1')), openSse(await comeBack(undefined))];
    for (const word of ['Twenty-', 'eight ', 'días']) {
      await http.write(turnId, ...(word === 'Twenty-' ? [reset()] : []), delta(word));
      for (const stream of streams) {
        const frame = await stream.next();
        expect(JSON.parse(frame?.data ?? '').data.answer).toBe(word);
      }
    }
    await http.write(turnId, final('Twenty-eight días [ID:0]'));
    for (const stream of streams) {
      expect(JSON.parse((await stream.next())?.data ?? '').data.final).toBe(true);
      expect(JSON.parse((await stream.next())?.data ?? '')).toEqual({
        code: 0,
        message: '',
        data: true,
      });
      expect(await stream.next()).toBeUndefined();
    }
  });

  it('is kept alive while nothing comes, every 15 seconds', async () => {
    const stream = openSse(await http.ask('m1'));
    const first = stream.comment();
    await http.clock.whenSleeping(2);
    await http.clock.advance(14_999);
    expect(stream.comments).toEqual([]);
    await http.clock.advance(1);
    expect(await first).toBe('keep-alive');
    const second = stream.comment();
    await http.clock.whenSleeping(2);
    await http.clock.advance(15_000);
    expect(await second).toBe('keep-alive');
    await http.write(turnId, reset(), delta('28'));
    expect(JSON.parse((await stream.next())?.data ?? '').data.answer).toBe('28');
    await stream.leave();
  });

  it('ends when its reader leaves, and the question stays', async () => {
    const response = await http.ask('m1');
    await response.body?.cancel();
    const turn = await http.store.turns.getTurn(turnId);
    expect(turn).toMatchObject({ state: 'queued', open: true });
    expect(turn?.cancelRequestedAt).toBeUndefined();
  });

  it('ends without a last frame when the server closes, so that the reader comes back', async () => {
    const closing = new AbortController();
    const reader = new ObedientReader();
    await http.ask('m1');
    const following = reader.follow(await http.call(eventsPath, { signal: closing.signal }));
    await http.write(turnId, reset(), delta('28 '));
    closing.abort();
    await following;
    expect(reader.ended).toBe(false);
    await http.write(turnId, delta('days'), final('28 days'));
    await reader.follow(await comeBack(reader.lastEventId));
    expect(reader).toMatchObject({ ended: true, text: '28 days', finalAnswer: '28 days' });
  });

  it('says a sentence when the turn failed', async () => {
    const response = await http.ask('m1');
    await http.write(turnId, reset(), { type: 'error', code: 'model_unavailable' });
    const text = await response.text();
    expect(text).toContain('"code":500,"message":"I cannot reach the language model right now.');
    expect(text.endsWith('data:{"code":0,"message":"","data":true}\n\n')).toBe(true);
  });
});

describe('without the log', () => {
  it('an ended turn is told from the store: whole, with its references', async () => {
    await http.ask('m1');
    await http.patch(turnId, answered('28 days [ID:0]'));
    const response = await comeBack(undefined);
    const frames = (await response.text()).split('\n\n').filter((text) => text !== '');
    expect(frames.map((text) => text.split('\n')[0])).toEqual([
      'id:stored-2',
      'id:stored-3~end',
      'data:{"code":0,"message":"","data":true}',
    ]);
    expect(frames[1]).toContain('"final_answer":"28 days [ID:0]"');
    expect(frames[1]).toContain('"doc_aggs":[{"doc_name":"Leave"');
  });

  it('a reader in the middle is told to forget, and may come back to what was told from the store', async () => {
    await http.ask('m1');
    await http.write(turnId, reset(), delta('28 '));
    const reader = new ObedientReader();
    await reader.follow(await comeBack(undefined), 1);
    expect(reader.text).toBe('28 ');
    http.loseAnswerLog();
    await http.patch(turnId, answered('28 days'));
    await reader.follow(await comeBack(reader.lastEventId), 2);
    expect(reader).toMatchObject({ text: '28 days', lastEventId: 'stored-2', ended: false });
    await reader.follow(await comeBack(reader.lastEventId));
    expect(reader).toMatchObject({ text: '28 days', ended: true, finalAnswer: '28 days' });
  });

  it.each([
    [{ state: 'failed', error: { code: 'model_refused' } }, 'The language model refused'],
    [{ state: 'cancelled' }, 'This answer was stopped.'],
  ] as const)('a turn that ended as %j gives its sentence', async (patch, sentence) => {
    await http.ask('m1');
    await http.patch(turnId, patch);
    expect(await (await comeBack(undefined)).text()).toContain(`**ERROR**: ${sentence}`);
  });

  it('a turn that goes on is waited for, and its log read from the start when it is written again', async () => {
    const reader = new ObedientReader();
    const following = reader.follow(await http.ask('m1'));
    await http.write(turnId, reset(), reasoning('hm'), delta('28 '));
    await http.clock.advance(1);
    http.loseAnswerLog();
    await http.clock.whenSleeping(2);
    await http.clock.advance(1_000);
    await http.write(turnId, reset(), delta('28 days'), final('28 days'));
    await following;
    expect(reader).toMatchObject({ ended: true, text: '28 days', reasoning: '' });
  });

  it('an end that the log never got is found in the store', async () => {
    const reader = new ObedientReader();
    const following = reader.follow(await http.ask('m1'));
    await http.write(turnId, reset(), delta('28 '));
    await http.clock.advance(1);
    await http.patch(turnId, answered('28 days'));
    await http.clock.advance(15_000);
    await following;
    expect(reader).toMatchObject({ ended: true, text: '28 days', finalAnswer: '28 days' });
  });
});

describe('an outage', () => {
  it('of the log is waited out, and said once', async () => {
    http.faults.answerLog = new BotError('queue_unavailable');
    const reader = new ObedientReader();
    const following = reader.follow(await http.ask('m1'));
    for (let second = 0; second < 20; second += 1) await http.clock.advance(1_000);
    expect(http.log.lines.map(({ event, details }) => [event, details['code']])).toEqual([
      ['answer can not be followed, tried again', 'queue_unavailable'],
    ]);
    http.faults.answerLog = undefined;
    await http.write(turnId, reset(), delta('28'), final('28'));
    await http.clock.advance(1_000);
    await following;
    expect(reader).toMatchObject({ ended: true, text: '28' });
  });

  it('of the log in mid-answer goes on where the reader stands', async () => {
    const stream = openSse(await http.ask('m1'));
    await http.write(turnId, reset(), delta('28 '));
    expect(JSON.parse((await stream.next())?.data ?? '').data.answer).toBe('28 ');
    const next = stream.next();
    http.faults.answerLog = new BotError('queue_unavailable');
    await http.write(turnId, delta('days'));
    await http.clock.whenSleeping(2);
    http.faults.answerLog = undefined;
    await http.clock.advance(1_000);
    const frame = JSON.parse((await next)?.data ?? '');
    expect(frame.data).toMatchObject({ answer: 'days' });
    await stream.leave();
  });

  it('of log and store ends with the stored answer', async () => {
    await http.ask('m1');
    await http.patch(turnId, answered('28 days'));
    const response = comeBack(undefined);
    http.faults.answerLog = new BotError('queue_unavailable');
    const reader = new ObedientReader();
    const following = reader.follow(await response);
    http.faults.turns = new BotError('store_unavailable');
    await http.clock.advance(5_000);
    http.faults.turns = undefined;
    await http.clock.advance(1_000);
    await following;
    expect(reader).toMatchObject({ ended: true, text: '28 days' });
  });

  it('that does not pass ends the stream with a sentence and a line in the log', async () => {
    await http.ask('m1');
    const response = comeBack(undefined);
    http.faults.answerLog = new TypeError('secret words of a question');
    const text = await (await response).text();
    expect(text).toContain('**ERROR**: Something is wrong on my side');
    expect(text).not.toContain('secret');
    expect(http.log.lines).toEqual([
      { level: 'error', event: 'answer not streamed', details: { turnId, code: 'internal' } },
    ]);
  });
});

describe('without a stream', () => {
  const body = (text: string) => ({
    conversation_id: conversationId,
    messages: [{ role: 'user', content: text, id: 'm1' }],
    stream: false,
  });
  const ask = () => http.callJson('/v1/conversation/completion', { body: body('How many days?') });

  it('the answer comes whole', async () => {
    const answer = ask();
    await http.clock.whenSleeping(1);
    await http.write(turnId, reset(), delta('28'), final('28 [ID:0]'));
    expect(await answer).toMatchObject({
      code: 0,
      message: 'success',
      data: {
        answer: '28 [ID:0]',
        prompt: '',
        final: true,
        id: 'm1',
        session_id: conversationId,
        reference: { total: 1 },
      },
    });
  });

  it('a failure is an envelope with its sentence', async () => {
    const answer = ask();
    await http.clock.whenSleeping(1);
    await http.write(turnId, reset(), { type: 'error', code: 'model_unavailable' });
    expect(await answer).toMatchObject({ code: 500, data: { reference: [] } });
  });

  it('a server that closes says that the question is kept', async () => {
    const response = await http.call('/v1/conversation/completion', {
      body: body('How many days?'),
      signal: AbortSignal.abort(),
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 105, data: null });
  });
});

describe('a reader that is cut off anywhere and comes back', () => {
  const piece = fc.record({
    kind: fc.constantFrom('delta', 'reasoning', 'status'),
    text: fc.string({ minLength: 1, maxLength: 5 }),
  });
  const attempts = fc.array(fc.array(piece, { maxLength: 8 }), { minLength: 1, maxLength: 3 });
  const cuts = fc.array(fc.record({ frames: fc.nat(6), loses: fc.boolean() }), { maxLength: 6 });
  const toEvent = (one: { kind: string; text: string }): AnswerEvent => {
    if (one.kind === 'status') return { type: 'status', phase: 'retrieving' };
    return one.kind === 'delta' ? delta(one.text) : reasoning(one.text);
  };
  const joined = (pieces: readonly { kind: string; text: string }[], kind: string) =>
    pieces.map((one) => (one.kind === kind ? one.text : '')).join('');

  it('has every word once', async () => {
    await fc.assert(
      fc.asyncProperty(attempts, cuts, async (tries, breaks) => {
        http = createHttpFixture();
        await http.create();
        await http.ask('m1');
        const last = tries.at(-1) ?? [];
        const text = joined(last, 'delta');
        const writeLog = async () => {
          for (const [index, pieces] of tries.entries())
            await http.write(turnId, reset(index + 1), ...pieces.map(toEvent));
          await http.write(turnId, final(text));
        };
        await writeLog();
        await http.patch(turnId, answered(text));

        const reader = new ObedientReader();
        let lost = false;
        for (const { frames, loses } of breaks) {
          await reader.follow(await comeBack(reader.lastEventId), frames);
          if (reader.ended) break;
          if (loses && !lost) http.loseAnswerLog();
          lost ||= loses;
        }
        if (!reader.ended) await reader.follow(await comeBack(reader.lastEventId));

        expect(reader).toMatchObject({ ended: true, text, finalAnswer: text });
        if (!lost) expect(reader.reasoning).toBe(joined(last, 'reasoning'));
      }),
      { numRuns: 200 },
    );
  });

  it('has every word once when a worker dies in between', async () => {
    const reader = new ObedientReader();
    await http.ask('m1');
    await http.write(turnId, reset(1), delta('Twenty-'), delta('eight '));
    await reader.follow(await comeBack(undefined), 2);
    await http.write(turnId, reset(2), delta('28 '), delta('days'), final('28 days'));
    const last = reader.lastEventId;
    await reader.follow(
      await http.call(`${eventsPath}&last_event_id=${encodeURIComponent(last ?? '')}`),
    );
    expect(reader).toMatchObject({ ended: true, text: '28 days', finalAnswer: '28 days' });
  });

  it('may do so by asking the same question again', async () => {
    const reader = new ObedientReader();
    const asking = http.ask('m1');
    await http.write(turnId, reset(1), delta('28 '));
    await reader.follow(await asking, 1);
    await http.write(turnId, delta('days'), final('28 days'));
    const response = await http.call('/v1/conversation/completion', {
      headers: { 'last-event-id': reader.lastEventId ?? '' },
      body: {
        conversation_id: conversationId,
        messages: [{ role: 'user', content: 'How many days?', id: 'm1' }],
      },
    });
    await reader.follow(response);
    expect(reader).toMatchObject({ ended: true, text: '28 days' });
    expect(await http.store.turns.listTurns(conversationId)).toHaveLength(1);
  });
});

it('holds nothing of a question, an answer or a key in the log', async () => {
  await http.ask('m1', 'canary question');
  await http.write(turnId, reset(), delta('canary answer'), final('canary answer'));
  await readAll(await comeBack(undefined));
  http.faults.answerLog = new BotError('queue_unavailable');
  http.faults.turns = new TypeError('canary of a driver');
  await readAll(await http.ask('m1', 'canary question'));
  const lines = JSON.stringify(http.log.lines);
  expect(lines).not.toContain('canary');
  expect(lines).not.toContain(key);
});
