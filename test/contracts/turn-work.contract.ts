/** What a lease's holder can write, and what nobody else can. */
import { describe, expect, test } from 'vitest';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { NewTurn } from '../../src/domain/turn.ts';
import type { TurnPatch } from '../../src/ports/turn-work.ts';
import {
  buildConversation,
  buildNewTurn,
  buildReference,
  buildScoredChunk,
} from '../fakes/build.ts';
import type { OpenStores } from './store-harness.ts';

export const describeTurnWork = (open: OpenStores): void => {
  const id: TurnId = asId('slack-T1-C1-1.1');

  /** A conversation with these turns; nobody holds it yet. */
  const openWithTurns = async (newTurns: readonly Partial<NewTurn>[] = [{ id }]) => {
    const stores = await open();
    const conversation = buildConversation();
    await stores.conversations.addConversation(conversation);
    for (const newTurn of newTurns)
      await stores.turns.addTurn(conversation.id, buildNewTurn(newTurn));
    const acquire = async (): Promise<number> => {
      const fence = await stores.leases.acquireLease(conversation.id, {
        owner: asId('worker-1'),
        leaseMs: stores.leaseMs,
      });
      if (fence === undefined) throw new Error('the lease is taken');
      return fence;
    };
    /** Gives the lease back in the name of its holder: to the holder it looks like a lease that ran out. */
    const takeOver = async (fence: number): Promise<number> => {
      await stores.leases.releaseLease(conversation.id, fence);
      return acquire();
    };
    return { ...stores, conversationId: conversation.id, acquire, takeOver };
  };

  const openClaimed = async () => {
    const stores = await openWithTurns();
    const fence = await stores.acquire();
    await stores.work.claimTurn(stores.conversationId, fence);
    return { ...stores, fence };
  };

  describe('claimTurn', () => {
    test('writes the fence onto the turn, and nothing else', async () => {
      const { turns, work, conversationId, acquire } = await openWithTurns();
      const before = await turns.getTurn(id);
      const fence = await acquire();
      const claimed = await work.claimTurn(conversationId, fence);
      expect(claimed).toStrictEqual({ ...before, fence });
      expect(await turns.getTurn(id)).toStrictEqual(claimed);
    });

    test('gives the oldest open turn, by askedAt, then seq', async () => {
      const noon = new Date('2026-01-05T12:00:00Z');
      const { work, conversationId, acquire } = await openWithTurns([
        { id: asId('noon'), askedAt: noon },
        { id: asId('noon, later'), askedAt: noon },
        { id: asId('eleven'), askedAt: new Date('2026-01-05T11:00:00Z') },
      ]);
      const fence = await acquire();
      const order: string[] = [];
      for (;;) {
        const turn = await work.claimTurn(conversationId, fence);
        if (!turn) break;
        order.push(turn.id);
        await work.updateTurn(turn.id, fence, { state: 'done' });
      }
      expect(order).toEqual(['eleven', 'noon', 'noon, later']);
    });

    test('gives the same turn again while it is open', async () => {
      const { work, conversationId, fence } = await openClaimed();
      expect(await work.claimTurn(conversationId, fence)).toMatchObject({ id, fence });
    });

    test('gives a turn that an earlier holder had claimed', async () => {
      const { work, conversationId, fence, takeOver } = await openClaimed();
      const newer = await takeOver(fence);
      expect(await work.claimTurn(conversationId, newer)).toMatchObject({ id, fence: newer });
    });

    test('gives an ended turn whose reply is to be removed', async () => {
      const { work, changes, conversationId, fence } = await openClaimed();
      await work.updateTurn(id, fence, { state: 'done' });
      expect(await work.claimTurn(conversationId, fence)).toBeUndefined();
      await changes.requestCancel(id, { removeReply: true });
      expect(await work.claimTurn(conversationId, fence)).toMatchObject({
        id,
        state: 'done',
        removeReply: true,
      });
    });

    test('gives nothing to a fence that is not the newest, claimed or not', async () => {
      const second: TurnId = asId('slack-T1-C1-2.2');
      const stores = await openWithTurns([{ id }, { id: second }]);
      const { work, turns, conversationId, acquire, takeOver } = stores;
      const old = await acquire();
      const newer = await takeOver(old);
      expect(await work.claimTurn(conversationId, old)).toBeUndefined();
      await work.claimTurn(conversationId, newer);
      expect(await work.claimTurn(conversationId, old)).toBeUndefined();
      expect(await work.claimTurn(conversationId, newer + 1)).toBeUndefined();
      expect(await turns.getTurn(second)).toMatchObject({ fence: 0 });
    });

    test('gives nothing in a conversation that does not exist', async () => {
      const { work } = await open();
      expect(await work.claimTurn(buildConversation().id, 1)).toBeUndefined();
    });
  });

  describe('claimWaiting', () => {
    test('gives the queued turns that were not refused, in order, with the fence', async () => {
      const { work, conversationId, acquire } = await openWithTurns([
        { id: asId('second'), askedAt: new Date('2026-01-05T12:00:00Z') },
        { id: asId('first'), askedAt: new Date('2026-01-05T11:00:00Z') },
        { id: asId('refused'), error: { code: 'question_empty' } },
        { id: asId('running') },
      ]);
      const fence = await acquire();
      await work.claimTurn(conversationId, fence);
      const waiting = await work.claimWaiting(conversationId, fence);
      expect(waiting.map((turn) => [turn.id, turn.fence])).toContainEqual(['first', fence]);
      expect(waiting.map((turn) => turn.id)).not.toContain('refused');
      expect(waiting.map((turn) => turn.id).indexOf(asId('first'))).toBeLessThan(
        waiting.map((turn) => turn.id).indexOf(asId('second')),
      );
      expect(await work.updateTurn(asId('first'), fence, { announced: true })).toMatchObject({
        announced: true,
        state: 'queued',
      });
    });

    test('gives nothing to a stale fence and leaves the turns alone', async () => {
      const { turns, work, conversationId, acquire, takeOver } = await openWithTurns();
      const stale = await acquire();
      await takeOver(stale);
      expect(await work.claimWaiting(conversationId, stale)).toEqual([]);
      expect((await turns.getTurn(id))?.fence).toBe(0);
    });
  });

  describe('updateTurn', () => {
    const everything: TurnPatch = {
      state: 'answered',
      attempt: 2,
      deliveries: 1,
      parts: [
        { index: 0, platformId: '1767603600.000200' },
        { index: 1, platformId: '1767603600.000300' },
        { index: 2, platformId: 'F1', kind: 'file' },
      ],
      answer: { text: 'You have 28 days. [ID:0]', unfinished: 'length' },
      reference: buildReference({
        total: 12,
        chunks: [
          buildScoredChunk({ url: 'https://docs.example/leave#days', similarity: 0.123_456_789 }),
          buildScoredChunk({
            id: asId('chunk-2'),
            text: '```\n{"$set": 1}\n```',
            place: { titlePath: [], anchor: '', line: 1 },
            vectorSimilarity: 0,
          }),
        ],
      }),
      timings: { retrieveMs: 11.5, firstTokenMs: 200, totalMs: 900 },
      usage: { promptTokens: 900, completionTokens: 30, estimated: true },
      error: { code: 'model_stalled' },
      removeReply: false,
      refreshReply: false,
      replyTo: { channel: 'C1', threadTs: '1767603600.000900' },
    };

    test('writes every field of the patch, and keeps the others', async () => {
      const { turns, work, fence } = await openClaimed();
      const before = await turns.getTurn(id);
      const updated = await work.updateTurn(id, fence, everything);
      expect(updated).toStrictEqual({ ...before, ...everything });
      expect(await turns.getTurn(id)).toStrictEqual(updated);
    });

    test('keeps what is absent in a chunk absent', async () => {
      const { turns, work, fence } = await openClaimed();
      const reference = buildReference({ chunks: [buildScoredChunk()] });
      await work.updateTurn(id, fence, { reference });
      const found = await turns.getTurn(id);
      expect(found?.reference).toStrictEqual(reference);
      expect(found?.reference?.chunks[0]).not.toHaveProperty('url');
    });

    test("keeps a chunk's sections", async () => {
      const { turns, work, fence } = await openClaimed();
      const place = { titlePath: ['Leave'], anchor: 'days', line: 3 };
      const sections = [
        { start: 0, place },
        { start: 40, place: { ...place, anchor: 'carry' }, url: 'https://h.example/#carry' },
      ];
      const reference = buildReference({ chunks: [buildScoredChunk({ sections })] });
      await work.updateTurn(id, fence, { reference });
      expect((await turns.getTurn(id))?.reference).toStrictEqual(reference);
    });

    test('replaces lists and values whole', async () => {
      const { work, fence } = await openClaimed();
      await work.updateTurn(id, fence, everything);
      const updated = await work.updateTurn(id, fence, {
        parts: [{ index: 0, platformId: 'new' }],
        answer: { text: '' },
        reference: { total: 0, chunks: [], documents: [] },
      });
      expect(updated).toMatchObject({ state: 'answered', attempt: 2 });
      expect(updated?.parts).toEqual([{ index: 0, platformId: 'new' }]);
      expect(updated?.answer).toStrictEqual({ text: '' });
      expect(updated?.reference).toStrictEqual({ total: 0, chunks: [], documents: [] });
    });

    test.each([
      'queued',
      'running',
      'answered',
    ] as const)('leaves a turn open that becomes %s', async (state) => {
      const { work, fence } = await openClaimed();
      const updated = await work.updateTurn(id, fence, { state });
      expect(updated).toMatchObject({ state, open: true });
      expect(updated).not.toHaveProperty('endedAt');
    });

    test.each([
      'done',
      'failed',
      'cancelled',
    ] as const)('closes a turn that becomes %s, and tells when', async (state) => {
      const { work, fence } = await openClaimed();
      const updated = await work.updateTurn(id, fence, { state });
      expect(updated).toMatchObject({ state, open: false, endedAt: expect.any(Date) });
    });

    test('keeps the first time of ending, and forgets it when the turn goes on', async () => {
      const { work, fence } = await openClaimed();
      const ended = await work.updateTurn(id, fence, { state: 'done' });
      const again = await work.updateTurn(id, fence, { state: 'cancelled' });
      expect(again?.endedAt).toEqual(ended?.endedAt);
      const reopened = await work.updateTurn(id, fence, { state: 'queued' });
      expect(reopened).toMatchObject({ open: true });
      expect(reopened).not.toHaveProperty('endedAt');
    });

    test('keeps a turn open whose reply is to be removed, until it was', async () => {
      const { changes, work, fence } = await openClaimed();
      await changes.requestCancel(id, { removeReply: true });
      const ended = await work.updateTurn(id, fence, { state: 'cancelled' });
      expect(ended).toMatchObject({ state: 'cancelled', open: true, removeReply: true });
      const removed = await work.updateTurn(id, fence, { removeReply: false });
      expect(removed).toMatchObject({ state: 'cancelled', open: false, removeReply: false });
    });

    test('keeps a turn open whose reply is to be put once more, until it was', async () => {
      const { changes, work, conversationId, fence } = await openClaimed();
      await work.updateTurn(id, fence, { state: 'answered' });
      await changes.editQuestion(id, 'Another question?');
      const ended = await work.updateTurn(id, fence, { state: 'done' });
      expect(ended).toMatchObject({ state: 'done', open: true, refreshReply: true });
      expect(await work.claimTurn(conversationId, fence)).toEqual(ended);
      const refreshed = await work.updateTurn(id, fence, { refreshReply: false });
      expect(refreshed).toMatchObject({ state: 'done', open: false, refreshReply: false });
    });

    test('keeps a turn open when the removal is requested while the turn ends', async () => {
      const { turns, changes, work, fence } = await openClaimed();
      await Promise.all([
        ...Array.from({ length: 10 }, () => work.updateTurn(id, fence, { state: 'done' })),
        changes.requestCancel(id, { removeReply: true }),
        ...Array.from({ length: 10 }, () => work.updateTurn(id, fence, { state: 'done' })),
      ]);
      expect(await turns.getTurn(id)).toMatchObject({
        state: 'done',
        removeReply: true,
        open: true,
      });
    });

    test('changes nothing for a holder that a newer one has replaced', async () => {
      const { turns, work, conversationId, fence, takeOver } = await openClaimed();
      const newer = await takeOver(fence);
      await work.claimTurn(conversationId, newer);
      const before = await turns.getTurn(id);
      expect(await work.updateTurn(id, fence, everything)).toBeUndefined();
      expect(await work.updateTurn(id, newer + 1, everything)).toBeUndefined();
      expect(await turns.getTurn(id)).toStrictEqual(before);
    });

    test('changes nothing before the turn was claimed, or where there is none', async () => {
      const { turns, work, acquire } = await openWithTurns();
      const before = await turns.getTurn(id);
      const fence = await acquire();
      expect(await work.updateTurn(id, fence, { state: 'running' })).toBeUndefined();
      expect(await work.updateTurn(asId('none'), fence, { state: 'running' })).toBeUndefined();
      expect(await turns.getTurn(id)).toStrictEqual(before);
    });
  });

  describe('updateAtRevision', () => {
    const patch: TurnPatch = { state: 'answered', answer: { text: 'You have 28 days.' } };

    test('writes the patch while the question is of the revision', async () => {
      const { turns, work, changes, fence } = await openClaimed();
      const first = await work.updateAtRevision(id, fence, {
        revision: 0,
        patch: { state: 'running' },
      });
      expect(first).toMatchObject({ state: 'running' });
      await changes.editQuestion(id, 'Another question?');
      const second = await work.updateAtRevision(id, fence, { revision: 1, patch });
      expect(second).toMatchObject({ ...patch, revision: 1 });
      expect(await turns.getTurn(id)).toStrictEqual(second);
    });

    test('changes nothing when the question was edited since, and gives the turn as it stands', async () => {
      const { turns, work, changes, fence } = await openClaimed();
      const edited = await changes.editQuestion(id, 'Another question?');
      expect(await work.updateAtRevision(id, fence, { revision: 0, patch })).toStrictEqual(edited);
      expect(await turns.getTurn(id)).toStrictEqual(edited);
    });

    test('changes nothing for a stale fence', async () => {
      const { turns, work, conversationId, fence, takeOver } = await openClaimed();
      await work.claimTurn(conversationId, await takeOver(fence));
      const before = await turns.getTurn(id);
      expect(await work.updateAtRevision(id, fence, { revision: 0, patch })).toBeUndefined();
      expect(await turns.getTurn(id)).toStrictEqual(before);
    });

    test('an edit that comes while an answer is stored is a new revision or an edited text, never lost', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { turns, work, changes, fence } = await openClaimed();
        await work.updateTurn(id, fence, { state: 'running' });
        const [stored] = await Promise.all([
          work.updateAtRevision(id, fence, { revision: 0, patch }),
          changes.editQuestion(id, 'Another question?'),
        ]);
        const now = await turns.getTurn(id);
        if (stored?.state === 'answered')
          expect(now).toMatchObject({ editedText: 'Another question?', refreshReply: true });
        else
          expect(now).toMatchObject({
            state: 'running',
            revision: 1,
            question: { text: 'Another question?' },
          });
      }
    });
  });

  test('tells whether anything is left to do', async () => {
    const { changes, work, conversationId, fence } = await openClaimed();
    expect(await work.hasOpenTurns(conversationId)).toBe(true);
    await work.updateTurn(id, fence, { state: 'done' });
    expect(await work.hasOpenTurns(conversationId)).toBe(false);
    await changes.requestCancel(id, { removeReply: true });
    expect(await work.hasOpenTurns(conversationId)).toBe(true);
  });
};
