/** An answer that is too long for messages, where its file is refused. */
import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import type { Speaker } from '../../../src/ports/speaker.ts';
import { buildWorld, finalOf } from '../../fakes/build-worker.ts';
import { logged, never } from './drain-setup.ts';

it.each([
  'platform_rejected',
  'platform_forbidden',
] as const)('is delivered all the same (%s): the turn is done, and nobody is told otherwise', async (code) => {
  const world = buildWorld();
  const { speaker } = world;
  const openReply: Speaker['openReply'] = (turn, options) => ({
    ...speaker.openReply(turn, options),
    putFile: async () => {
      throw new BotError(code);
    },
  });
  const paragraphs = Array.from({ length: 1_500 }, (_, n) => `Paragraph ${n}.`);
  world.script(async function* () {
    yield finalOf(paragraphs.join('\n\n'));
  });
  const turn = await world.ask('q');
  const drained = world.drainAs('w1', { ...speaker, openReply })(turn.conversationId, {
    signal: never,
  });
  await world.clock.advance(120_000);
  await drained;
  const { state, error, parts } = await world.turnNow(turn);
  expect({ state, error }).toEqual({ state: 'done', error: undefined });
  expect(parts).toHaveLength(speaker.messages.length);
  const shown = speaker.messages.map(({ text }) => text).join('\n');
  expect(shown.match(/Paragraph \d+\./g)).toEqual(paragraphs);
  expect(shown).not.toContain('answer.md');
  expect(speaker.timeline.filter(({ kind }) => kind === 'notice')).toEqual([]);
  expect((await logged(world, turn)).at(-1)?.type).toBe('final');
});
