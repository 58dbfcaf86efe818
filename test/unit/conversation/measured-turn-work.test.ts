/** Ends of turns are counted where a worker writes them down, and nothing else changes. */
import { describe, expect, test } from 'vitest';
import { measuredTurnWork } from '../../../src/conversation/measured-turn-work.ts';
import type { TurnPatch } from '../../../src/ports/turn-work.ts';
import { openMemoryStores } from '../../contracts/store-harness.ts';
import { describeTurnWork } from '../../contracts/turn-work.contract.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';

const askedAt = new Date('2026-01-05T09:00:00Z');

const write = async (patch: TurnPatch, { isOurs = true } = {}) => {
  const metrics = createRecordingMetrics();
  const store = {
    claimTurn: async () => undefined,
    claimWaiting: async () => [],
    hasOpenTurns: async () => false,
    updateAtRevision: async () => undefined,
    updateTurn: async () => (isOurs ? buildTurn({ askedAt, ...patch }) : undefined),
  };
  const work = measuredTurnWork(store, { metrics, now: () => askedAt.getTime() + 4_500 });
  const turn = buildTurn();
  await work.updateTurn(turn.id, 1, patch);
  return metrics;
};

test('a done turn is counted, with how long the asker waited', async () => {
  const metrics = await write({ state: 'done' });
  const labels = { platform: 'slack', state: 'done', code: '' };
  expect(metrics.total('footnote_turns_ended_total', labels)).toBe(1);
  expect(metrics.seconds('footnote_answer_seconds')).toEqual([4.5]);
});

test('a failed turn is counted by its code', async () => {
  const metrics = await write({ state: 'failed', error: { code: 'model_stalled' } });
  const labels = { platform: 'slack', state: 'failed', code: 'model_stalled' };
  expect(metrics.total('footnote_turns_ended_total', labels)).toBe(1);
  expect(metrics.seconds('footnote_answer_seconds')).toEqual([]);
});

test.each([
  ['is still running', { state: 'running' } as const, {}],
  ['is only stored', { state: 'answered' } as const, {}],
  ['changes in something else', { deliveries: 1 }, {}],
  ['is not ours any more', { state: 'done' } as const, { isOurs: false }],
])('a turn that %s is not', async (_what, patch, options) => {
  expect((await write(patch, options)).total('footnote_turns_ended_total')).toBe(0);
});

describe('the work on turns, measured', () =>
  describeTurnWork(async () => {
    const stores = await openMemoryStores();
    const metrics = createRecordingMetrics();
    return { ...stores, work: measuredTurnWork(stores.work, { metrics, now: Date.now }) };
  }));
