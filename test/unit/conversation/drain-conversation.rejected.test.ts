/** An answer whose text the place refuses, however it is put. */
import { expect, it } from 'vitest';
import { BotError, noticeFor } from '../../../src/domain/errors.ts';
import type { Speaker } from '../../../src/ports/speaker.ts';
import { buildWorld, finalOf } from '../../fakes/build-worker.ts';
import { never } from './drain-setup.ts';

const refused = 'The secret word is xyzzy.';

const run = async ({ refusesAll }: { readonly refusesAll: boolean }) => {
  const world = buildWorld();
  const { speaker } = world;
  const openReply: Speaker['openReply'] = (turn, options) => {
    const reply = speaker.openReply(turn, options);
    return {
      ...reply,
      async putPart(index, text, put) {
        if (refusesAll || text.includes('xyzzy')) throw new BotError('platform_rejected');
        return reply.putPart(index, text, put);
      },
    };
  };
  world.script(async function* () {
    yield finalOf(refused);
  });
  const turn = await world.ask('q');
  const drained = world.drainAs('w1', { ...speaker, openReply })(turn.conversationId, {
    signal: never,
  });
  await world.clock.advance(60_000);
  await drained;
  return {
    world,
    turn: await world.turnNow(turn),
    texts: speaker.messages.map(({ text }) => text),
  };
};

it('is a sentence that says so, in the place of half an answer', async () => {
  const { turn, texts } = await run({ refusesAll: false });
  expect(texts).toEqual([noticeFor('platform_rejected')]);
  expect(turn).toMatchObject({
    state: 'failed',
    error: { code: 'platform_rejected' },
    answer: { text: refused },
  });
});

it('ends the turn where the sentence is refused too', async () => {
  const { world, turn, texts } = await run({ refusesAll: true });
  expect(texts).toEqual([]);
  expect(turn.state).toBe('failed');
  expect(world.log.lines.map(({ event }) => event)).toContain('asker could not be told');
});
