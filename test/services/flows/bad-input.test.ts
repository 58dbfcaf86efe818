/** What bad input and a failing model get, through the real door: a status for Slack, a plain sentence for the asker, a code for the operator. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, noticeFor } from '../../../src/domain/errors.ts';
import { maxQuestionLengthChars } from '../../../src/domain/turn.ts';
import { refusals } from '../../fakes/openai/refusals.ts';
import { freePort } from '../servers/free-port.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { postUntold } from './post-untold.ts';
import { turnIdOf, turnInState, turnsInThread } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const channel = 'C0PEOPLE';
const user = 'U0ADA';
const question = 'How do I report sick leave?';
const sixMinutesS = 6 * 60;

describe('bad input through the real door', () => {
  let world: World;
  let worker: FootnoteProcess;

  beforeAll(async () => {
    world = await startWorld({ testFileUrl: import.meta.url });
    world.slack.addChannel({ id: channel, name: 'people' });
    world.slack.addUser({ id: user, name: 'ada' });
    [worker] = await Promise.all([world.startWorker(), world.startApi()]);
  });
  afterAll(() => world?.close());

  const botTexts = (threadTs: string) =>
    world.slack.botMessages(channel, threadTs).map(({ text }) => text);
  const failed = (asked: { readonly channel: string; readonly ts: string }) =>
    turnInState(
      world,
      { id: turnIdOf(world, asked), state: 'failed' },
      // A model that is not there is tried three times.
      { timeoutMs: 60_000 },
    );

  describe('an event that Slack did not send so', () => {
    it.for([
      ['with a wrong signature is refused with 401', { badSignature: true }, 401],
      ['signed six minutes ago is refused with 401', { timestampOffsetS: -sixMinutesS }, 401],
      ['signed six minutes ahead is refused with 401', { timestampOffsetS: sixMinutesS }, 401],
      ['that is no JSON is refused with 400', { rawBody: '{"type":"event_callback","ev' }, 400],
    ] as const)('%s, and nothing is stored', async ([, options, status]) => {
      const posted = await postUntold(world.slack, { channel, user, text: question });
      for (const event of [posted.events.mention, posted.events.message]) {
        expect(await world.slack.sendEvent(event, options)).toMatchObject({ status });
      }
      expect(await turnsInThread(world, posted)).toEqual([]);
    });

    it.for([
      ['a type that we do not know', { type: 'sailed_past' }],
      ['a type that is nothing to us', { type: 'reaction_added', reaction: 'tada' }],
      ['no shape that we know', { type: 'message', channel: 7 }],
    ] as const)('of %s is answered with 200, and nothing is stored', async ([, event]) => {
      const posted = await postUntold(world.slack, { channel, user, text: question });
      const { channel: _left, ...rest } = posted.events.message;
      expect(await world.slack.sendEvent({ channel, ...rest, ...event })).toMatchObject({
        status: 200,
      });
      expect(await turnsInThread(world, posted)).toEqual([]);
    });
  });

  describe('a question that can not be answered', () => {
    it.for([
      ['a bare mention', '', 'question_empty'],
      ['one that is too long', 'why '.repeat(maxQuestionLengthChars / 4 + 1), 'question_too_long'],
    ] as const)('%s gets one plain sentence, however often it is told', async ([, text, code]) => {
      const posted = await postUntold(world.slack, { channel, user, text });
      const { mention, message } = posted.events;
      for (const event of [mention, message, mention]) {
        expect(await world.slack.sendEvent(event)).toMatchObject({ status: 200 });
      }
      expect(await failed(posted)).toMatchObject({ error: { code }, question: { text: '' } });
      expect(botTexts(posted.threadTs)).toEqual([noticeFor(code)]);
      expect(await turnsInThread(world, posted)).toHaveLength(1);
    });

    it('of exactly 16,000 characters is read', async () => {
      const text = question.padEnd(maxQuestionLengthChars, '?');
      const asked = await world.slack.mention({ channel, user, text });
      const turn = await turnInState(world, { id: turnIdOf(world, asked), state: 'done' });
      expect(turn.question.text === text).toBe(true);
    });
  });

  describe('a model that does not answer', () => {
    const expectSentence = async (asking: FootnoteProcess, code: ErrorCode) => {
      const asked = await world.slack.mention({ channel, user, text: question });
      expect(await failed(asked)).toMatchObject({ error: { code }, attempt: 1, open: false });
      expect(botTexts(asked.threadTs)).toEqual([noticeFor(code)]);
      const turnId = turnIdOf(world, asked);
      expect(asking.log).toContainEqual(
        expect.objectContaining({ event: 'answer failed', turnId, code }),
      );
    };

    it.for([
      ['that refuses the key (401)', refusals.invalidApiKey(), 'model_auth_failed'],
      ['that does not know the model (404)', refusals.modelNotFound(), 'model_not_found'],
      [
        'whose context is too short (400)',
        refusals.contextLengthExceeded(),
        'model_context_overflow',
      ],
    ] as const)('%s fails the turn: the asker reads a sentence, the operator the code', async ([
      ,
      refusal,
      code,
    ]) => {
      world.model.script(refusal);
      await expectSentence(worker, code);
    });

    it('because nothing listens at its endpoint fails the turn: the asker reads a sentence, the operator the code', async () => {
      const [url] = await Promise.all([
        freePort().then((port) => `http://127.0.0.1:${port}/v1`),
        worker.stop(),
      ]);
      try {
        const cutOff = await world.startWorker({ OPENAI_BASE_URL: url });
        await expectSentence(cutOff, 'model_unavailable');
        await cutOff.stop();
      } finally {
        worker = await world.startWorker();
      }
    });
  });
});
