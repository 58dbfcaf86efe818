import { beforeEach, describe, expect, it } from 'vitest';
import { ownerOf } from '../../../../adapters/http/authenticate.ts';
import {
  conversationId,
  createHttpFixture,
  type HttpFixture,
  key,
  otherKey,
  prologue,
} from './http-fixture.ts';

let http: HttpFixture;
beforeEach(() => {
  http = createHttpFixture();
});

const set = (body: unknown, as = key) => http.callJson('/v1/conversation/set', { body, key: as });
const get = (id: string, as = key) =>
  http.callJson(`/v1/conversation/get?conversation_id=${id}`, { key: as });

const notFound = { code: 102, message: 'Conversation not found!', error: 'conversation_not_found' };
const createdMs = Date.UTC(2026, 0, 5, 9);

describe('set', () => {
  it('creates what the sample of the seed asks for', async () => {
    const id = '00000000000000000000000000000001';
    expect(await set({ dialog_id: 'default', name: 'Leave' })).toEqual({
      code: 0,
      message: 'success',
      data: {
        id,
        dialog_id: 'default',
        name: 'Leave',
        user_id: ownerOf(key),
        create_time: createdMs,
        update_time: createdMs,
        message: [{ role: 'assistant', content: prologue }],
        reference: [],
      },
    });
    expect(await get(id)).toMatchObject({ code: 0, data: { id, name: 'Leave' } });
  });

  it('creates without any field', async () => {
    expect(await set({})).toMatchObject({
      data: { dialog_id: 'default', name: 'New conversation' },
    });
  });

  it('takes the id of a client', async () => {
    const body = { conversation_id: conversationId, is_new: true, name: ' Leave ' };
    expect(await set(body)).toMatchObject({ code: 0, data: { id: conversationId, name: 'Leave' } });
  });

  it.each([key, otherKey])('refuses an id that is taken, also for %s', async (as) => {
    await http.create();
    expect(await set({ conversation_id: conversationId, is_new: true }, as)).toEqual({
      code: 102,
      message: 'This conversation_id is taken. Leave it out to get a new one.',
      error: 'turn_conflict',
    });
  });

  it('cuts a name at 255 characters', async () => {
    const { data } = (await set({ name: 'x'.repeat(300) })) as { data: { name: string } };
    expect(data.name).toHaveLength(255);
  });

  it('renames', async () => {
    await http.create();
    const body = { conversation_id: conversationId, name: 'Holidays' };
    expect(await set(body)).toMatchObject({ code: 0, data: { name: 'Holidays' } });
    expect(await get(conversationId)).toMatchObject({ data: { name: 'Holidays' } });
  });

  it('does not rename what is somebody else’s', async () => {
    await http.create();
    expect(await set({ conversation_id: conversationId, name: 'Mine' }, otherKey)).toEqual(
      notFound,
    );
  });

  it.each([
    [{ dialog_id: 'none' }, 102, 'Dialog not found'],
    [{ conversation_id: 'short', is_new: true }, 102, 'A conversation_id is 32 lower-case hex'],
    [
      { conversation_id: '01234567-89ab-cdef-0123-456789abcdef', is_new: true },
      102,
      'A conversation_id is 32 lower-case hex',
    ],
    [{ conversation_id: conversationId, name: 'x' }, 102, 'Conversation not found!'],
    [{ conversation_id: conversationId }, 101, 'required argument are missing: name; '],
    [{ is_new: false }, 101, 'required argument are missing: conversation_id,name; '],
    [{ conversation_id: conversationId, name: '  ' }, 101, 'invalid argument: name: '],
    [{ name: 7 }, 101, 'invalid argument: name: Invalid input: expected string'],
    [{ is_new: 'yes' }, 101, 'invalid argument: is_new: '],
  ])('answers %j with code %i', async (body, code, message) => {
    const answer = await set(body);
    expect(answer['code']).toBe(code);
    expect(answer['message']).toContain(message);
  });
});

describe('a body', () => {
  it.each([
    '',
    '{"dialog_id":',
    '[]',
    'null',
    '"text"',
    '\u0000',
  ])('%j is refused with HTTP 400', async (body) => {
    const response = await http.app.request(
      '/v1/conversation/set',
      { method: 'POST', body, headers: { authorization: `Bearer ${key}` } },
      {},
    );
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      code: 101,
      message: 'The body is not a JSON object.',
      data: null,
    });
  });

  it('above 1 MiB is refused with HTTP 413', async () => {
    const response = await http.call('/v1/conversation/set', {
      body: { name: 'x'.repeat(1024 * 1024) },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      code: 413,
      message: 'The body is larger than 1 MiB.',
      data: null,
    });
  });

  it('never has its words in a refusal or in the log', async () => {
    const answer = await set({ name: { canary: 'canary' }, conversation_id: ['canary'] });
    expect(answer['code']).toBe(101);
    expect(JSON.stringify([answer, http.log.lines])).not.toContain('canary');
  });
});

describe('get', () => {
  it('finds nothing that is somebody else’s, and says the same of what does not exist', async () => {
    await http.create();
    expect(await get(conversationId, otherKey)).toEqual(notFound);
    expect(await get('f'.repeat(32))).toEqual(notFound);
  });

  it('names the parameter that is missing', async () => {
    expect(await http.callJson('/v1/conversation/get')).toEqual({
      code: 101,
      message: 'required argument are missing: conversation_id; ',
      data: null,
    });
  });
});

describe('list', () => {
  it('has the caller’s conversations of the dialog, newest first', async () => {
    await set({ name: 'First' });
    await http.clock.advance(1);
    await set({ name: 'Second' });
    await set({ name: 'Not mine' }, otherKey);
    for (const path of ['/v1/conversation/list?dialog_id=default', '/v1/conversation/list']) {
      const { data } = (await http.callJson(path)) as { data: { name: string }[] };
      expect(data.map(({ name }) => name)).toEqual(['Second', 'First']);
    }
  });

  it('knows no other dialog', async () => {
    expect(await http.callJson('/v1/conversation/list?dialog_id=none')).toMatchObject({
      code: 102,
      message: 'Dialog not found',
    });
  });
});

describe('the rest', () => {
  it('lists the dialogs', async () => {
    expect(await http.callJson('/v1/dialog/list')).toMatchObject({
      code: 0,
      data: [{ id: 'default', name: 'Handbook', kb_ids: ['handbook'], top_n: 6 }],
    });
  });

  it('answers an unknown route as RAGFlow does', async () => {
    const response = await http.call('/v1/conversation/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 404,
      message: 'Not Found: /v1/conversation/nothing',
      data: null,
      error: 'Not Found',
    });
  });
});
