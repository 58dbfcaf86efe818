/** Lets many answers grow at once on a platform that refuses too many edits, and says what people saw. */
import { asId } from '../../../src/domain/ids.ts';
import { emptyReference } from '../../../src/domain/reference.ts';
import { createMemoryEditBudget } from '../../../src/drivers/memory/memory-edit-budget.ts';
import { createOpenDelivery } from '../../../src/reply/deliver-answer.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeSpeaker } from '../../fakes/fake-speaker.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

export interface Simulation {
  readonly answers: number;
  /** From the first piece to the last. */
  readonly lengthMs: number;
  readonly editsPerMinute?: number;
  /** Workers that share the platform's limit. */
  readonly workers?: number;
  readonly bucketOf?: (index: number) => string;
  /** Whether the platform has a status line. */
  readonly statusLine?: boolean;
  /** When the answer's question comes. */
  readonly startMs?: (index: number) => number;
  /** Characters of each of the ten pieces a second: 20 is 40 tokens/s. */
  readonly pieceChars?: number;
}

export interface Seen {
  /** When text of the answer stood for the first time, after its first piece. */
  readonly firstTextAfterMs: number;
  /** Between two visible steps, the final included. */
  readonly gapsMs: readonly number[];
  /** From the last piece until the final stood. */
  readonly finalAfterMs: number;
  /** How often it was edited. */
  readonly edits: number;
}

/** What is thought about before the first piece. */
const thinkingMs = 800;
const pieceMs = 100;

export const simulateAnswers = async (simulation: Simulation) => {
  const { answers, lengthMs, pieceChars = 20, workers = 1 } = simulation;
  const clock = createFakeClock();
  const log = createRecordingLog();
  const turns = Array.from({ length: answers }, (_, index) =>
    buildTurn({ id: asId(`turn-${index}`), replyTo: { index: String(index) } }),
  );
  let calls = 0;
  const speaker = createFakeSpeaker({
    maxPart: 12_000,
    now: clock.monotonic,
    editsPerMinute: simulation.editsPerMinute ?? 50,
    refusesEdits: true,
    bucketOf: (turn) => simulation.bucketOf?.(Number(turn.replyTo['index'])) ?? 'fake',
    // Calls differ in how long they take, always in the same way.
    before: async () => {
      calls += 1;
      await clock.sleep(40 + ((calls * 37) % 160));
    },
  });
  const budget = createMemoryEditBudget({ clock });
  const line = { platform: speaker.platform, show: async () => simulation.statusLine === true };
  const openers = Array.from({ length: workers }, () =>
    createOpenDelivery({
      clock,
      log,
      editBudget: budget,
      statusLines: new Map([[speaker.platform, line]]),
    }),
  );
  const firstPieceAtMs = new Map<string, number>();
  const lastPieceAtMs = new Map<string, number>();

  const answer = async (index: number): Promise<void> => {
    const turn = turns[index];
    const open = openers[index % workers];
    if (turn === undefined || open === undefined) return;
    const { signal } = new AbortController();
    const delivery = open({
      turn,
      speaker,
      firstAttempt: true,
      ensure: async () => {},
      saveParts: async () => {},
      onFatal: () => {},
      signal,
      shutdown: signal,
    });
    await clock.sleep(simulation.startMs?.(index) ?? 0);
    delivery.status('retrieving');
    await clock.sleep(thinkingMs / 2);
    delivery.status('generating');
    delivery.rests(emptyReference);
    await clock.sleep(thinkingMs / 2);
    firstPieceAtMs.set(turn.id, clock.monotonic());
    let text = '';
    for (let passedMs = 0; passedMs <= lengthMs; passedMs += pieceMs) {
      const piece = `${'x'.repeat(pieceChars - 1)} `;
      text += piece;
      delivery.delta(piece);
      if (passedMs < lengthMs) await clock.sleep(pieceMs);
    }
    lastPieceAtMs.set(turn.id, clock.monotonic());
    await delivery.halt();
    await delivery.finish({ text, reference: emptyReference });
  };
  let done = false;
  const all = Promise.all(turns.map((_, index) => answer(index))).then(() => {
    done = true;
  });
  while (!done) await clock.advance(1_000);
  await all;

  const seen: readonly Seen[] = turns.map(({ id }) => {
    const changes = speaker.timeline.filter(({ turnId }) => turnId === id);
    const shows = changes.filter(({ text }) => text.startsWith('x'));
    const times = shows.map(({ atMs }) => atMs);
    return {
      firstTextAfterMs: (times[0] ?? Infinity) - (firstPieceAtMs.get(id) ?? 0),
      gapsMs: times.slice(1).map((atMs, before) => atMs - (times[before] ?? 0)),
      finalAfterMs: (times.at(-1) ?? Infinity) - (lastPieceAtMs.get(id) ?? 0),
      edits: changes.filter(({ kind }) => kind === 'edit').length,
    };
  });
  return { seen, speaker, budget, clock };
};

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
