/** Holds what is kept of a question that is refused, and what the operator reads when workers can't be woken. */
import { describe, expect, it } from 'vitest';
import { createReceiveQuestion } from '../../../src/conversation/receive-question.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { asId, newConversationId } from '../../../src/domain/ids.ts';
import { createMemoryStore } from '../../../src/drivers/memory/memory-store.ts';
import { buildConversation, buildNewTurn } from '../../fakes/build.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const files = [{ id: 'F1', name: 'canary.txt', sizeBytes: 3 }];

describe('receiveQuestion', () => {
  it.each([
    ['by the door', { question: { text: 'canary', files }, error: { code: 'asking_not_allowed' } }],
    ['for its length', { question: { text: 'canary'.repeat(3_000), files } }],
    ['for its emptiness', { question: { text: ' ', files } }],
  ] as const)('keeps nothing of a question that is refused %s', async (_, refused) => {
    const store = createMemoryStore({ clock: createFakeClock() });
    const receiveQuestion = createReceiveQuestion({
      ...store,
      queue: { wake: async () => {} },
      newConversationId,
      now: () => 0,
      log: createRecordingLog(),
    });
    const { id: _id, createdAt: _at, updatedAt: _then, ...conversation } = buildConversation();
    const { turn } = await receiveQuestion({ conversation, turn: buildNewTurn(refused) });
    expect(turn).toMatchObject({ state: 'queued', question: { text: '' } });
    expect(turn.question.files).toBeUndefined();
    expect(turn.error).toBeDefined();
  });

  it('keeps for how long the door refused it', async () => {
    const store = createMemoryStore({ clock: createFakeClock() });
    const receiveQuestion = createReceiveQuestion({
      ...{ ...store, queue: { wake: async () => {} }, newConversationId },
      ...{ now: () => 0, log: createRecordingLog() },
    });
    const { id: _id, createdAt: _at, updatedAt: _then, ...conversation } = buildConversation();
    const error = { code: 'asking_too_fast', retryAfterMs: 9 } as const;
    const { turn } = await receiveQuestion({ conversation, turn: buildNewTurn({ error }) });
    expect(turn.error).toEqual(error);
  });

  it('stores every question of an outage of the queue and tells it in one line', async () => {
    const clock = createFakeClock();
    const log = createRecordingLog();
    const store = createMemoryStore({ clock });
    let isAway = true;
    let woken = 0;
    const receiveQuestion = createReceiveQuestion({
      ...store,
      queue: {
        async wake() {
          if (isAway) throw new BotError('queue_unavailable');
          woken += 1;
        },
      },
      newConversationId,
      now: clock.now,
      log,
    });
    const ask = async (number: number) => {
      const { id: _id, createdAt: _at, updatedAt: _then, ...conversation } = buildConversation();
      return (
        await receiveQuestion({ conversation, turn: buildNewTurn({ id: asId(`turn-${number}`) }) })
      ).added;
    };
    expect([await ask(1), await ask(2), await ask(3)]).toEqual([true, true, true]);
    const line = {
      level: 'warn',
      event: 'wake-ups not sent, the sweep finds the turns',
      details: { code: 'queue_unavailable' },
    };
    expect(log.lines).toEqual([line]);
    isAway = false;
    await ask(4);
    expect(woken).toBe(1);
    isAway = true;
    await ask(5);
    expect(log.lines).toEqual([line, line]);
  });
});
