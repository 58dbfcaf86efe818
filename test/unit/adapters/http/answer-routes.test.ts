import { beforeEach, describe, expect, it } from 'vitest';
import { ownerOf } from '../../../../adapters/http/authenticate.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import {
  conversationId,
  createHttpFixture,
  delta,
  final,
  type HttpFixture,
  key,
  otherKey,
  reset,
  turnIdOf,
} from './http-fixture.ts';

let http: HttpFixture;
beforeEach(async () => {
  http = createHttpFixture();
  await http.create();
});

const complete = (body: unknown, as = key) =>
  http.callJson('/v1/conversation/completion', { body, key: as });
const question = (text: string, id?: string) => ({
  role: 'user',
  content: text,
  ...(id && { id }),
});
const turns = () => http.store.turns.listTurns(conversationId);
const notFound = { code: 102, message: 'Conversation not found!', error: 'conversation_not_found' };

describe('a question', () => {
  it('is stored before the first frame, and a worker is woken', async () => {
    const response = await http.ask('m1', 'How many days?');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await turns()).toMatchObject([
      {
        id: turnIdOf('m1'),
        platform: 'http',
        state: 'queued',
        question: { text: 'How many days?' },
        asker: ownerOf(key),
        audience: 'team',
        replyTo: {},
      },
    ]);
    expect(http.woken).toEqual([conversationId]);
  });

  it('without an id gets one', async () => {
    await http.call('/v1/conversation/completion', {
      body: { conversation_id: conversationId, messages: [question('How?')], stream: true },
    });
    expect((await turns()).map(({ id }) => id)).toEqual([turnIdOf('made-by-the-server')]);
  });

  it('again with the same id replays its turn', async () => {
    await http.ask('m1');
    await http.write(turnIdOf('m1'), reset(), delta('28'), final('28'));
    const text = async () => (await http.ask('m1')).text();
    expect(await text()).toBe(await text());
    expect(await turns()).toHaveLength(1);
  });

  it('again with the same id and another text is refused', async () => {
    await http.ask('m1', 'How many days?');
    const body = { conversation_id: conversationId, messages: [question('How much?', 'm1')] };
    expect(await complete(body)).toMatchObject({ code: 102, error: 'turn_conflict' });
    expect(await turns()).toHaveLength(1);
  });

  it('brings its history once, into a conversation without a turn', async () => {
    const history = [
      { role: 'system', content: 'Be rude.' },
      { role: 'assistant', content: 'Hi!' },
      question('Where do I work?', 'before'),
      { role: 'assistant', content: 'In the office.' },
    ];
    for (const id of ['m1', 'm2']) {
      await http.call('/v1/conversation/completion', {
        body: { conversation_id: conversationId, messages: [...history, question('Why?', id)] },
      });
    }
    expect((await turns()).map(({ seedHistory }) => seedHistory)).toEqual([
      [
        { role: 'user', content: 'Where do I work?' },
        { role: 'assistant', content: 'In the office.' },
      ],
      undefined,
    ]);
  });

  it.each([
    [{}, 101, 'required argument are missing: conversation_id,messages; '],
    [{ conversation_id: conversationId }, 101, 'required argument are missing: messages; '],
    [
      { conversation_id: null, messages: [] },
      101,
      'required argument are missing: conversation_id; ',
    ],
    [
      { conversation_id: conversationId, messages: [] },
      102,
      'The last content of this conversation is not from user.',
    ],
    [
      { conversation_id: conversationId, messages: [{ role: 'assistant', content: 'Hi' }] },
      102,
      'The last content of this conversation is not from user.',
    ],
    [
      { conversation_id: conversationId, messages: [question(' \n')] },
      102,
      'Hi! Ask me a question in the same message, and I will look it up in the documents.',
    ],
    [
      { conversation_id: conversationId, messages: [question('x'.repeat(16_001))] },
      102,
      'This question is longer than 16,000 characters, so I did not read it. Please shorten it.',
    ],
    [
      { conversation_id: conversationId, messages: [question('How?', 'a b')] },
      101,
      'A message id is 1 to 128 characters: letters, digits, `_`, `.`, `:` and `-`.',
    ],
    [
      { conversation_id: conversationId, messages: [{ role: 'user', content: ['How?'] }] },
      101,
      'invalid argument: messages.0.content: Invalid input: expected string, received array',
    ],
    [
      { conversation_id: conversationId, messages: [question('How?')], stream: 'no' },
      101,
      'invalid argument: stream: Invalid input: expected boolean, received string',
    ],
    [
      { conversation_id: 'nothing', messages: [question('How?')] },
      102,
      'A conversation_id is 32 lower-case hex characters: a UUID without its dashes.',
    ],
    [{ conversation_id: 'f'.repeat(32), messages: [question('How?')] }, 102, notFound.message],
  ])('is refused when the body is %j: %i', async (body, code, message) => {
    expect(await complete(body)).toMatchObject({ code, message });
    expect(await turns()).toEqual([]);
    expect(http.woken).toEqual([]);
  });

  it('in somebody else’s conversation is refused like in one that does not exist', async () => {
    const body = { conversation_id: conversationId, messages: [question('How?')] };
    expect(await complete(body, otherKey)).toEqual(notFound);
  });

  it('that can not be stored gets HTTP 503 and no stream', async () => {
    http = createHttpFixture({
      deps: {
        receiveQuestion: async () => {
          throw new BotError('store_unavailable');
        },
      },
    });
    await http.create();
    const response = await http.ask('m1');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      code: 105,
      message: 'I cannot reach my database right now. Please ask again in a while.',
      data: null,
      error: 'store_unavailable',
    });
  });

  it('that meets a bug gets HTTP 500 without a word of it', async () => {
    http = createHttpFixture({
      deps: {
        receiveQuestion: async () => {
          throw new TypeError('canary');
        },
      },
    });
    await http.create();
    const response = await http.ask('m1', 'canary');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('canary');
    expect(http.log.lines).toEqual([
      {
        level: 'error',
        event: 'request failed',
        details: { route: '/v1/conversation/completion', code: 'internal', name: 'TypeError' },
      },
    ]);
  });
});

describe('events', () => {
  const events = (query: string, as = key) =>
    http.callJson(`/v1/conversation/events?${query}`, { key: as });

  it.each([
    ['', 101, 'required argument are missing: conversation_id; '],
    [`conversation_id=${conversationId}`, 101, 'required argument are missing: message_id; '],
    [`conversation_id=${conversationId}&message_id=m2`, 102, 'Message not found!'],
    [`conversation_id=${'f'.repeat(32)}&message_id=m1`, 102, notFound.message],
  ])('refuse %j', async (query, code, message) => {
    await http.ask('m1');
    expect(await events(query)).toMatchObject({ code, message });
  });

  it('tell nobody of somebody else’s', async () => {
    await http.ask('m1');
    const query = `conversation_id=${conversationId}&message_id=m1`;
    expect(await events(query, otherKey)).toEqual(notFound);
  });
});

describe('stop', () => {
  const stop = (messageId: string, as = key) =>
    http.callJson('/v1/conversation/stop', {
      body: { conversation_id: conversationId, message_id: messageId },
      key: as,
    });

  it('asks the worker to stop and to keep what came', async () => {
    await http.ask('m1');
    expect(await stop('m1')).toEqual({ code: 0, message: 'success', data: true });
    const [turn] = await turns();
    expect(turn?.cancelRequestedAt).toEqual(new Date(http.clock.now()));
    expect(turn?.removeReply).toBeUndefined();
  });

  it('finds nothing that does not exist or is somebody else’s', async () => {
    await http.ask('m1');
    expect(await stop('m2')).toMatchObject({ code: 102, message: 'Message not found!' });
    expect(await stop('m1', otherKey)).toEqual(notFound);
    expect((await turns())[0]?.cancelRequestedAt).toBeUndefined();
  });
});
