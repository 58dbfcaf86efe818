/** Where the platform takes no file, the rest of a long answer comes in messages: nothing is lost, and nothing comes twice. */
import { describe, expect, it } from 'vitest';
import { BotError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import type { Speaker } from '../../../src/ports/speaker.ts';
import { renderFinal } from '../../../src/reply/render-final.ts';
import { buildReference, buildTurn } from '../../fakes/build.ts';
import { joinParts } from './join-parts.ts';
import { answer, openDelivery } from './open-delivery.ts';

const setup = { maxPart: 300, maxParts: 2 };
const long = answer(
  `${Array.from({ length: 40 }, (_, n) => `Paragraph ${n} of it.`).join('\n\n')} [ID:0]`,
  buildReference(),
);
const whole = renderFinal(long, { maxPart: 1e9, maxParts: 1, measure: ({ length }) => length });

/** A reply whose files are refused; how often one was tried. */
const openRefusing = (code: ErrorCode, turn?: Turn) => {
  const world = openDelivery(turn, setup);
  let tried = 0;
  const openReply: Speaker['openReply'] = (of, options) => ({
    ...world.speaker.openReply(of, options),
    putFile: async () => {
      tried += 1;
      throw new BotError(code, { details: { method: 'files.getUploadURLExternal' } });
    },
  });
  const refusing = { ...world.speaker, openReply };
  const openFor = (of: Turn) => world.openFor(of, refusing);
  return { ...world, openFor, delivery: openFor(turn ?? buildTurn()), tried: () => tried };
};
const shown = ({ speaker }: ReturnType<typeof openRefusing>): string =>
  joinParts(speaker.messages.map(({ text }) => text));

describe('an answer whose file is refused', () => {
  it.each([
    'platform_rejected',
    'platform_forbidden',
  ] as const)('goes on in messages (%s), and offers its actions on the last', async (code) => {
    const world = openRefusing(code);
    await world.delivery.finish(long);
    expect(shown(world)).toBe(whole.parts[0]);
    expect(world.speaker.messages.length).toBeGreaterThan(setup.maxParts);
    expect(world.saved().map(({ index, kind }) => [index, kind])).toEqual(
      world.speaker.messages.map((_, index) => [index, undefined]),
    );
    const offered = world.speaker.messages.flatMap(({ actions }) => actions);
    expect(offered).toEqual(['feedback', 'again', 'passages']);
    expect(world.speaker.messages.at(-1)?.actions).toEqual(offered);
    expect(world.log.lines).toMatchObject([
      {
        event: 'file refused, the answer goes on in messages',
        details: { code, method: 'files.getUploadURLExternal' },
      },
    ]);
  });

  it('goes on in messages when it can not be sent for five minutes', async () => {
    const world = openRefusing('platform_unavailable');
    const finished = world.delivery.finish(long);
    await world.clock.advance(400_000);
    await finished;
    expect(shown(world)).toBe(whole.parts[0]);
    expect(world.speaker.calls.some(({ kind }) => kind === 'strays')).toBe(true);
  });

  it('puts only what changes once more: the message that promised the file', async () => {
    const world = openRefusing('platform_rejected');
    await world.delivery.finish(long);
    const puts = world.speaker.calls.flatMap((call) => (call.kind === 'put' ? [call.index] : []));
    expect(puts).toEqual([0, 1, 1, ...puts.slice(3)]);
    expect(puts.slice(3)).toEqual(world.saved().flatMap(({ index }) => (index > 1 ? [index] : [])));
  });

  it('stands once however often it is put, and tries no file again', async () => {
    const world = openRefusing('platform_rejected');
    await world.delivery.finish(long);
    const before = world.speaker.messages;
    await world.delivery.finish(long);
    await world
      .openFor(buildTurn({ state: 'answered', attempt: 2, parts: world.saved() }))
      .finish(long);
    expect(world.speaker.messages).toEqual(before);
    expect(world.tried()).toBe(1);
  });

  it('is found by the next worker where the first one died on the way', async () => {
    const world = openRefusing('platform_rejected');
    await world.delivery.finish(long);
    const before = world.speaker.messages;
    for (let stored = 0; stored < before.length; stored += 1) {
      const parts = world.saved().slice(0, stored);
      await world.openFor(buildTurn({ state: 'answered', attempt: 2, parts })).finish(long);
      expect(shown(world)).toBe(whole.parts[0]);
      expect(world.speaker.messages).toHaveLength(before.length);
    }
  });

  it('gives way to a shorter text', async () => {
    const world = openRefusing('platform_rejected');
    await world.delivery.finish(long);
    await world.delivery.notice('The language model is busy.');
    expect(world.speaker.messages).toMatchObject([{ text: 'The language model is busy.' }]);
    expect(world.saved()).toHaveLength(1);
  });

  it('goes on nowhere when the reply itself is at its end', async () => {
    for (const code of ['reply_deleted', 'lease_lost', 'store_unavailable'] as const) {
      const world = openRefusing(code);
      await expect(world.delivery.finish(long)).rejects.toMatchObject({ code });
      expect(world.speaker.messages).toHaveLength(setup.maxParts);
    }
  });
});
