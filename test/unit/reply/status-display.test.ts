/** The status line of a platform while a turn is worked on. */
import { describe, expect, it } from 'vitest';
import type { ChatPhase } from '../../../src/domain/chat-event.ts';
import { asId } from '../../../src/domain/ids.ts';
import type { StatusLine } from '../../../src/ports/status-line.ts';
import { createFakeClock, type FakeClock } from '../../fakes/fake-clock.ts';
import { answer, openDelivery } from './open-delivery.ts';

const openLine = ({ shows = true }: { readonly shows?: boolean } = {}) => {
  const seen: (readonly [number, ChatPhase | undefined])[] = [];
  let clock: FakeClock = createFakeClock();
  const line: StatusLine = {
    platform: 'console',
    async show(_turn, phase) {
      seen.push([clock.monotonic(), phase]);
      return shows;
    },
  };
  return {
    line,
    seen,
    by(other: FakeClock) {
      clock = other;
    },
  };
};

const open = (options: { readonly shows?: boolean } = {}) => {
  const { line, seen, by } = openLine(options);
  const world = openDelivery(undefined, { line });
  by(world.clock);
  const { editBudget, speaker } = world;
  /** So many replies of others that grow in the bucket. */
  const makeBusy = async (count: number) => {
    for (let index = 0; index < count; index += 1)
      await editBudget.join({ name: 'fake', limit: 50, windowMs: 60_000 }, asId(`other-${index}`));
  };
  return { ...world, seen, makeBusy, texts: () => speaker.messages.map(({ text }) => text) };
};

describe('the status line', () => {
  it('shows each phase and is taken away at the end', async () => {
    const { clock, delivery, seen } = open();
    delivery.status('refining');
    await clock.advance(1_000);
    delivery.status('retrieving');
    await clock.advance(1_000);
    await delivery.finish(answer('One'));
    await clock.advance(1);
    expect(seen).toEqual([
      [0, 'refining'],
      [1_000, 'retrieving'],
      [2_000, undefined],
    ]);
  });

  it('is refreshed as long as no message stands', async () => {
    const { clock, delivery, seen, makeBusy } = open();
    await makeBusy(20);
    delivery.status('retrieving');
    await clock.advance(200_000);
    expect(seen.map(([atMs]) => atMs)).toEqual([0, 90_000, 180_000]);
    delivery.delta('One');
    await clock.advance(200_000);
    expect(seen).toHaveLength(3);
    await delivery.halt();
    await clock.advance(1);
    expect(seen.at(-1)?.[1]).toBeUndefined();
  });

  it('is left to the new owner once the lease is lost', async () => {
    const { clock, delivery, seen, lost } = open();
    delivery.status('retrieving');
    await clock.advance(1_000);
    lost.abort(new Error('lease lost'));
    await delivery.halt();
    await clock.advance(1);
    expect(seen).toEqual([[0, 'retrieving']]);
  });

  it('that hangs holds nothing up', async () => {
    const line: StatusLine = { platform: 'console', show: () => new Promise(() => {}) };
    const { clock, speaker, delivery } = openDelivery(undefined, { line });
    delivery.status('retrieving');
    await clock.advance(10);
    delivery.delta('One');
    await clock.advance(150);
    expect(speaker.messages.map(({ text }) => text)).toEqual(['One']);
    await delivery.finish(answer('One two'));
  });
});

describe('the first message', () => {
  it('says at once what is being done in a quiet workspace', async () => {
    const { clock, delivery, texts } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    expect(texts()).toEqual(['_Searching the documents…_']);
  });

  it('is the text itself in a busy one, held for two and a half seconds, where the line says what is being done', async () => {
    const { clock, delivery, texts, makeBusy } = open();
    await makeBusy(20);
    delivery.status('retrieving');
    await clock.advance(10_000);
    expect(texts()).toEqual([]);
    delivery.delta('One ');
    await clock.advance(2_400);
    delivery.delta('two');
    expect(texts()).toEqual([]);
    await clock.advance(100);
    expect(texts()).toEqual(['One two']);
  });

  it('says after three seconds what is being done in a busy one that has no line', async () => {
    const { clock, delivery, texts, makeBusy } = open({ shows: false });
    await makeBusy(20);
    delivery.status('retrieving');
    await clock.advance(2_900);
    expect(texts()).toEqual([]);
    await clock.advance(200);
    expect(texts()).toEqual(['_Searching the documents…_']);
  });
});
