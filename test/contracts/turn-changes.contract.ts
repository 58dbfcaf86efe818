/** What every store of people's changes does to a turn, whatever a worker does to it at the same time. */
import { describe, expect, test } from 'vitest';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { NewTurn, Turn, TurnState } from '../../src/domain/turn.ts';
import { buildConversation, buildNewTurn } from '../fakes/build.ts';
import type { OpenStores } from './store-harness.ts';

export const describeTurnChanges = (open: OpenStores): void => {
  const none: TurnId = asId('slack-T1-C1-0.0');
  const asked = buildNewTurn().question.text;

  const openWithTurnIn = async (state: TurnState, newTurn: Partial<NewTurn> = {}) => {
    const stores = await open();
    const conversation = buildConversation();
    await stores.conversations.addConversation(conversation);
    const { turn } = await stores.turns.addTurn(conversation.id, buildNewTurn(newTurn));
    const fence = await stores.leases.acquireLease(conversation.id, {
      owner: asId('worker-1'),
      leaseMs: stores.leaseMs,
    });
    if (fence === undefined) throw new Error('the lease is taken');
    await stores.work.claimTurn(conversation.id, fence);
    if (state !== 'queued') await stores.work.updateTurn(turn.id, fence, { state });
    const now = async (): Promise<Turn> => {
      const found = await stores.turns.getTurn(turn.id);
      if (found === undefined) throw new Error('no such turn');
      return found;
    };
    return { ...stores, id: turn.id, fence, now };
  };

  test('finds nothing where nothing is', async () => {
    const { changes } = await open();
    expect(await changes.requestCancel(none, { removeReply: true })).toBeUndefined();
    expect(await changes.editQuestion(none, 'What?')).toBeUndefined();
    expect(await changes.rateTurn(none, { rater: 'U1', helpful: true })).toBeUndefined();
  });

  describe('requestCancel', () => {
    test.each([
      'queued',
      'running',
      'answered',
    ] as const)('marks a %s turn and changes nothing else', async (state) => {
      const { changes, turns, id } = await openWithTurnIn(state);
      const before = await turns.getTurn(id);
      const after = await changes.requestCancel(id, { removeReply: false });
      expect(after).toEqual({ ...before, cancelRequestedAt: expect.any(Date) });
      expect(await turns.getTurn(id)).toEqual(after);
    });

    test.each([
      'done',
      'failed',
      'cancelled',
    ] as const)('leaves a %s turn as it is', async (state) => {
      const { changes, turns, id } = await openWithTurnIn(state);
      const before = await turns.getTurn(id);
      expect(before?.open).toBe(false);
      expect(await changes.requestCancel(id, { removeReply: false })).toEqual(before);
      expect(await turns.getTurn(id)).toEqual(before);
    });

    test.each([
      'queued',
      'running',
      'answered',
      'done',
      'failed',
      'cancelled',
    ] as const)('with removeReply leaves a %s turn open in its state', async (state) => {
      const { changes, turns, id } = await openWithTurnIn(state);
      const before = await turns.getTurn(id);
      const after = await changes.requestCancel(id, { removeReply: true });
      expect(after).toEqual({
        ...before,
        open: true,
        removeReply: true,
        cancelRequestedAt: expect.any(Date),
      });
      expect(await turns.getTurn(id)).toEqual(after);
    });
  });

  describe('editQuestion', () => {
    test.each([
      'queued',
      'running',
    ] as const)('replaces the text of a %s turn and counts the revision', async (state) => {
      const { changes, id, now } = await openWithTurnIn(state);
      const before = await now();
      const after = await changes.editQuestion(id, 'How many hours?');
      expect(after).toStrictEqual({
        ...before,
        question: { text: 'How many hours?' },
        revision: 1,
      });
      expect(await changes.editQuestion(id, 'How many weeks?')).toMatchObject({ revision: 2 });
      expect(await now()).toMatchObject({ question: { text: 'How many weeks?' } });
    });

    test('keeps the files of the question', async () => {
      const files = [{ id: 'F1', name: 'plan.pdf', sizeBytes: 9 }];
      const { changes, id, now } = await openWithTurnIn('queued', {
        question: { text: asked, files },
      });
      await changes.editQuestion(id, 'What is in it?');
      expect((await now()).question).toStrictEqual({ text: 'What is in it?', files });
    });

    test('forgets that the question was refused at the door', async () => {
      const { changes, id, now } = await openWithTurnIn('queued', {
        question: { text: '' },
        error: { code: 'question_empty' },
      });
      await changes.editQuestion(id, 'How many hours?');
      expect(await now()).toMatchObject({ state: 'queued', question: { text: 'How many hours?' } });
      expect(await now()).not.toHaveProperty('error');
    });

    test.each([
      'answered',
      'done',
      'failed',
    ] as const)('keeps the text of a %s turn, and the new one beside it', async (state) => {
      const { changes, id, now } = await openWithTurnIn(state);
      const before = await now();
      const after = await changes.editQuestion(id, 'How many hours?');
      expect(after).toStrictEqual({
        ...before,
        editedText: 'How many hours?',
        refreshReply: true,
        open: true,
      });
      expect(await now()).toStrictEqual(after);
    });

    test('takes the offer back when an answered question is edited to what it was', async () => {
      const { changes, work, id, fence, now } = await openWithTurnIn('done');
      await changes.editQuestion(id, 'How many hours?');
      await work.updateTurn(id, fence, { refreshReply: false });
      await changes.editQuestion(id, asked);
      expect(await now()).toMatchObject({ refreshReply: true, open: true });
      expect(await now()).not.toHaveProperty('editedText');
    });

    test.each([
      ['queued', asked],
      ['running', asked],
      ['done', asked],
      ['failed', asked],
    ] as const)('changes nothing of a %s turn when the text is the same', async (state, text) => {
      const { changes, id, now } = await openWithTurnIn(state);
      const before = await now();
      expect(await changes.editQuestion(id, text)).toStrictEqual(before);
      expect(await now()).toStrictEqual(before);
    });

    test('changes nothing when the edited text comes again', async () => {
      const { changes, work, id, fence, now } = await openWithTurnIn('done');
      await changes.editQuestion(id, 'How many hours?');
      const shown = await work.updateTurn(id, fence, { refreshReply: false });
      expect(await changes.editQuestion(id, 'How many hours?')).toStrictEqual(shown);
      expect(await now()).toStrictEqual(shown);
    });

    test('leaves a cancelled turn as it is', async () => {
      const { changes, id, now } = await openWithTurnIn('cancelled');
      const before = await now();
      expect(await changes.editQuestion(id, 'How many hours?')).toBeUndefined();
      expect(await now()).toStrictEqual(before);
    });

    test.each([
      'queued',
      'running',
    ] as const)('leaves a %s turn as it is once it was stopped', async (state) => {
      const { changes, id, now } = await openWithTurnIn(state);
      const stopped = await changes.requestCancel(id, { removeReply: false });
      expect(await changes.editQuestion(id, 'How many hours?')).toBeUndefined();
      expect(await now()).toStrictEqual(stopped);
    });

    test.each([
      'queued',
      'answered',
      'done',
    ] as const)('leaves a %s turn as it is whose reply is to be removed', async (state) => {
      const { changes, id, now } = await openWithTurnIn(state);
      const deleted = await changes.requestCancel(id, { removeReply: true });
      expect(await changes.editQuestion(id, 'How many hours?')).toBeUndefined();
      expect(await now()).toStrictEqual(deleted);
    });

    test('counts each of 50 edits that come at once, beside a worker that writes', async () => {
      const { changes, work, id, fence, now } = await openWithTurnIn('running');
      await Promise.all(
        Array.from({ length: 50 }, async (_, index) => {
          await changes.editQuestion(id, `edit ${index}`);
          await work.updateTurn(id, fence, { parts: [{ index: 0, platformId: `m${index}` }] });
        }),
      );
      const after = await now();
      expect(after).toMatchObject({ state: 'running', revision: 50, open: true, fence });
      expect(after.question.text).toMatch(/^edit \d+$/);
      expect(after.parts).toHaveLength(1);
    });

    test('keeps one of 50 edits that come while the turn ends, and leaves it open', async () => {
      const { changes, work, id, fence, now } = await openWithTurnIn('answered');
      await Promise.all([
        ...Array.from({ length: 50 }, (_, index) => changes.editQuestion(id, `edit ${index}`)),
        ...Array.from({ length: 10 }, () => work.updateTurn(id, fence, { state: 'done' })),
      ]);
      expect(await now()).toMatchObject({
        state: 'done',
        editedText: expect.stringMatching(/^edit \d+$/),
        refreshReply: true,
        open: true,
        endedAt: expect.any(Date),
      });
    });
  });

  describe('rateTurn', () => {
    test('keeps a rating with its reason and its time, and changes nothing else', async () => {
      const { changes, id, now } = await openWithTurnIn('done');
      const before = await now();
      const rating = { rater: 'U1', helpful: false, reason: 'Für 2019, nicht 2026 😕' };
      const after = await changes.rateTurn(id, rating);
      expect(after).toStrictEqual({
        ...before,
        ratings: { U1: { ...rating, at: expect.any(Date) } },
      });
      expect(await now()).toStrictEqual(after);
    });

    test("replaces the person's first rating, its reason too, and leaves those of others", async () => {
      const { changes, id, now } = await openWithTurnIn('done');
      await changes.rateTurn(id, { rater: 'U1', helpful: false, reason: 'Outdated' });
      await changes.rateTurn(id, { rater: 'U2', helpful: true });
      await changes.rateTurn(id, { rater: 'U1', helpful: true });
      expect((await now()).ratings).toStrictEqual({
        U1: { rater: 'U1', helpful: true, at: expect.any(Date) },
        U2: { rater: 'U2', helpful: true, at: expect.any(Date) },
      });
    });

    test.each([
      'T1.U1',
      '$set',
      'ratings.U2.helpful',
      '0',
      'constructor',
      '__proto__',
      'a b/ü',
      '%2E',
    ])('keeps a rater that is called %s', async (rater) => {
      const { changes, id, now } = await openWithTurnIn('done');
      await changes.rateTurn(id, { rater: 'U2', helpful: true });
      await changes.rateTurn(id, { rater, helpful: false });
      const { ratings = {} } = await now();
      expect(Object.keys(ratings).toSorted()).toEqual(['U2', rater].toSorted());
      expect(Object.entries(ratings).map(([key, one]) => [key, one.rater])).toContainEqual([
        rater,
        rater,
      ]);
    });

    test('keeps each of 50 ratings that come at once, beside a worker that writes', async () => {
      const { changes, work, id, fence, now } = await openWithTurnIn('answered');
      await Promise.all([
        ...Array.from({ length: 50 }, (_, index) =>
          changes.rateTurn(id, { rater: `U${index}`, helpful: index % 2 === 0 }),
        ),
        work.updateTurn(id, fence, { state: 'done' }),
      ]);
      const after = await now();
      expect(after).toMatchObject({ state: 'done', open: false });
      expect(Object.keys(after.ratings ?? {})).toHaveLength(50);
    });

    test('keeps one of 50 ratings of one person that come at once', async () => {
      const { changes, id, now } = await openWithTurnIn('done');
      await Promise.all(
        Array.from({ length: 50 }, () => changes.rateTurn(id, { rater: 'U1', helpful: true })),
      );
      expect(Object.keys((await now()).ratings ?? {})).toEqual(['U1']);
    });
  });
};
