/** Steps that the tests of a drain share. */
import type { AnswerEvent } from '../../../src/domain/chat-event.ts';
import { asId, type WorkerId } from '../../../src/domain/ids.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import type { TurnPatch } from '../../../src/ports/turn-work.ts';
import type { buildWorld } from '../../fakes/build-worker.ts';

export type World = ReturnType<typeof buildWorld>;
export const never = new AbortController().signal;

/** Drains while the fake clock runs. */
export const drain = async (
  world: World,
  turn: Turn,
  { forMs = 10_000, signal = never, as = 'w1' } = {},
): Promise<void> => {
  const drained = world.drainAs(as)(turn.conversationId, { signal });
  await world.clock.advance(forMs);
  await drained;
};

/** Begins a drain, lets it run so long, and gives what waits for its end. */
export const beginDrain = async (
  world: World,
  turn: Turn,
  { forMs, signal = never, as = 'w1' }: { forMs: number; signal?: AbortSignal; as?: string },
): Promise<() => Promise<void>> => {
  const drained = world.drainAs(as)(turn.conversationId, { signal });
  await world.clock.advance(forMs);
  return async () => {
    await world.clock.advance(30_000);
    await drained;
  };
};

/** A worker that claimed the turn, wrote this, and died: its lease has run out. */
export const leftBehind = async (world: World, turn: Turn, ...patches: readonly TurnPatch[]) => {
  const fence =
    (await world.store.leases.acquireLease(turn.conversationId, {
      owner: asId<WorkerId>('dead'),
      leaseMs: 30_000,
    })) ?? 0;
  await world.store.work.claimTurn(turn.conversationId, fence);
  for (const patch of patches) await world.store.work.updateTurn(turn.id, fence, patch);
  await world.clock.advance(31_000);
};

export const logged = async (world: World, turn: Turn): Promise<AnswerEvent[]> => {
  const events: AnswerEvent[] = [];
  for await (const { event } of world.answerLog.read(turn.id, { signal: never }))
    events.push(event);
  return events;
};

export const texts = (world: World): readonly string[] =>
  world.speaker.messages.map(({ text }) => text.split('\n')[0] ?? '');
export const events = (world: World): readonly string[] => world.log.lines.map((one) => one.event);
