/** What every StopSignal does. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { StopSignal } from '../../src/ports/stop-signal.ts';

export interface StopSignalHarness {
  /** The side of the door, and of the worker; one and the same in memory. */
  readonly door: StopSignal;
  readonly worker: StopSignal;
  dispose(): Promise<void>;
}

const first = asId<TurnId>('http-c-1');
const second = asId<TurnId>('http-c-2');

/** Publishes until somebody hears it: a signal may be lost, before the listening side is connected for one. */
const reach = async (door: StopSignal, heard: readonly TurnId[]) => {
  await vi.waitFor(async () => {
    await door.publish(first);
    expect(heard).toContain(first);
  });
};

export const describeStopSignal = (create: () => Promise<StopSignalHarness>): void => {
  let harness: StopSignalHarness;
  beforeEach(async () => {
    harness = await create();
  });
  afterEach(async () => {
    await harness.door.close();
    await harness.worker.close();
    await harness.dispose();
  });

  test('tells every listener which turn to stop', async () => {
    const { door, worker } = harness;
    const heard: TurnId[] = [];
    const heardToo: TurnId[] = [];
    worker.subscribe((turnId) => heard.push(turnId));
    worker.subscribe((turnId) => heardToo.push(turnId));
    await reach(door, heard);
    await door.publish(second);
    await vi.waitFor(() => expect(heard).toContain(second));
    expect(heardToo).toEqual(heard);
  });

  test('tells nothing to a listener that has left', async () => {
    const { door, worker } = harness;
    const heard: TurnId[] = [];
    const left: TurnId[] = [];
    worker.subscribe((turnId) => heard.push(turnId));
    const leave = worker.subscribe((turnId) => left.push(turnId));
    leave();
    await reach(door, heard);
    expect(left).toEqual([]);
  });

  test('takes a signal that nobody listens to', async () => {
    await expect(harness.door.publish(first)).resolves.toBeUndefined();
  });
};
