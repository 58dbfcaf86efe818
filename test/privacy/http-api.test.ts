/** Whatever a caller of the API does wrong and whatever fails behind it, nothing private reaches the log or an error's envelope. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { startHttpServer } from '../../adapters/http/http-server.ts';
import { errorTable } from '../../src/domain/errors.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import {
  conversationId,
  createHttpFixture,
  delta,
  final,
  reset,
  turnIdOf,
} from '../unit/adapters/http/http-fixture.ts';
import { canaries, everything } from './canaries.ts';
import { createWitness } from './witness.ts';

const key = canaries.apiKey;
const completion = '/v1/conversation/completion';
const user = (content: unknown, id?: unknown) => ({ role: 'user', content, id });
const asking = (...messages: readonly unknown[]) => ({ conversation_id: conversationId, messages });

const set = async () => {
  const witness = createWitness();
  const fixture = createHttpFixture({ apiKeys: [key], deps: { log: witness.log } });
  const call = async (path: string, body?: unknown, calledWith = key) => {
    const response = await fixture.call(path, {
      key: calledWith,
      ...(body !== undefined && { body }),
    });
    const answer = await response.text();
    return { status: response.status, answer, headers: [...response.headers] };
  };
  await call('/v1/conversation/set', { conversation_id: conversationId, is_new: true });
  /** What the caller reads must hold nothing, not even what it sent. */
  const refused = async (path: string, body?: unknown, calledWith?: string): Promise<void> => {
    const { status, answer, headers } = await call(path, body, calledWith);
    expect(`${status} ${answer}`).not.toMatch(/^200 \{"code":0/);
    witness.shown('refusal', [status, answer, headers]);
  };
  return { witness, fixture, call, refused };
};

test.each([
  ['half a JSON', JSON.stringify(asking(user(canaries.question))).slice(0, -3)],
  ['words', canaries.question],
  ['a list', [canaries.question]],
  ['no messages', { conversation_id: conversationId, question: canaries.question }],
  ['messages of another type', { ...asking(), messages: canaries.question }],
  ['a role that does not exist', asking({ role: canaries.question, content: canaries.question })],
  ['content of another type', asking(user([{ type: 'text', text: canaries.question }]))],
  ['words for an id', asking(user(canaries.question, canaries.question))],
  ['a number for an id', asking(user(canaries.question, 7))],
  ['no question at the end', asking({ role: 'assistant', content: canaries.earlierAnswer })],
  ['an empty question', asking(user(canaries.earlierQuestion), user(' '))],
  ['a question that is too long', asking(user(canaries.question.padEnd(16_001, '.')))],
  ['a body that is too large', asking(user(canaries.question.padEnd(1024 * 1024, '.')))],
  ['words for a conversation', { ...asking(user('?')), conversation_id: canaries.question }],
  ['words for `stream`', { ...asking(user(canaries.question)), stream: canaries.question }],
])('a completion asked with %s', async (_what, body) => {
  const { witness, refused } = await set();
  await refused(completion, body);
  expect(witness.leaks()).toEqual([]);
});

test('a key that does not exist, and none', async () => {
  const { witness, refused } = await set();
  await refused(completion, asking(user(canaries.question)), canaries.openAiKey);
  await refused(`/v1/conversation/get?conversation_id=${canaries.apiKey}`, undefined, '');
  expect(witness.leaks()).toEqual([]);
});

test('the same id with another text', async () => {
  const { witness, fixture, refused } = await set();
  await fixture.write(turnIdOf('m1'), reset(), delta('Yes.'), final('Yes.'));
  await fixture.call(completion, { key, body: asking(user(canaries.question, 'm1')) });
  await refused(completion, asking(user(canaries.earlierQuestion, 'm1')));
  expect(witness.leaks()).toEqual([]);
});

test.each(Object.keys(errorTable))('a turn that failed with %s', async (code) => {
  const { witness, fixture, call } = await set();
  await fixture.write(turnIdOf('m1'), reset(), delta(canaries.answer), { type: 'error', code });
  for (const stream of [true, false]) {
    const { answer } = await call(completion, { ...asking(user(canaries.question, 'm1')), stream });
    // The part that came is the asker's; the error's own frame must add nothing.
    const frames = answer.split('\n\n').filter((frame) => frame.includes('"code":500'));
    expect(frames).toHaveLength(1);
    witness.shown('frame', frames[0]);
  }
  expect(witness.leaks()).toEqual([]);
});

test('stores and logs that fail with all that they know', async () => {
  const { witness, fixture, refused, call } = await set();
  await fixture.call(completion, {
    key,
    body: { ...asking(user(canaries.question, 'm1')) },
    signal: AbortSignal.abort(),
  });
  fixture.faults.turns = new TypeError(everything);
  fixture.faults.answerLog = new TypeError(everything);
  const place = `conversation_id=${conversationId}&message_id=m1`;
  await refused(`/v1/conversation/events?${place}`);
  await refused('/v1/conversation/stop', { conversation_id: conversationId, message_id: 'm1' });
  fixture.faults.turns = undefined;
  const { answer } = await call(`/v1/conversation/events?${place}`);
  witness.shown('frames', answer);
  expect(answer).toContain('"code":500');
  await refused(completion, { ...asking(user(canaries.question, 'm1')), stream: false });
  expect(witness.lines.length).toBeGreaterThanOrEqual(4);
  expect([...witness.leaks(), ...fixture.log.lines]).toEqual([]);
});

test('a readiness that can not be told', async () => {
  const witness = createWitness();
  const checkReadiness = async () => {
    throw new Error(everything);
  };
  const { call } = createHttpFixture({ deps: { log: witness.log, checkReadiness } });
  witness.shown('readiness', await (await call('/readyz')).text());
  expect(witness.lines).toHaveLength(1);
  expect(witness.leaks()).toEqual([]);
});

test('requests that are no HTTP, clients that leave, and a port that is taken', async () => {
  const { witness, fixture } = await set();
  const clock = createSystemClock();
  const server = await startHttpServer(fixture.app, { host: '127.0.0.1', port: 0, clock });
  onTestFinished(() => server.close());
  const port = Number(new URL(server.url).port);
  const head = `POST ${completion} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${key}\r\n`;
  const json = JSON.stringify(asking(user(canaries.question)));
  const length = Buffer.byteLength(json);
  for (const request of [
    `${canaries.question}\r\n\r\n`,
    `${head}Content-Length: ${canaries.apiKey}\r\n\r\n${json}`,
    `${head}Host: ${canaries.apiKey} ${canaries.apiKey}\r\nContent-Length: ${length}\r\n\r\n${json}`,
    `${head}Content-Length: ${length + 9}\r\n\r\n${json}`,
  ]) {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.end(request);
    witness.shown('answer', await text(socket));
  }
  await witness.fails(startHttpServer(fixture.app, { host: '127.0.0.1', port, clock }));
  expect(witness.leaks()).toEqual([]);
});
