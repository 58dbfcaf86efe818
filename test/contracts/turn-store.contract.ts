/** What every turn store does. */
import { describe, expect, test } from 'vitest';
import {
  asId,
  type ConversationId,
  newConversationId,
  type TurnId,
  type WorkerId,
} from '../../src/domain/ids.ts';
import type { NewTurn } from '../../src/domain/turn.ts';
import { buildConversation, buildNewTurn } from '../fakes/build.ts';
import type { OpenStores, StoreHarness } from './store-harness.ts';

export const describeTurnStore = (open: OpenStores): void => {
  const none: TurnId = asId('slack-T1-C1-0.0');

  const openWithConversation = async () => {
    const stores = await open();
    const conversation = buildConversation();
    await stores.conversations.addConversation(conversation);
    return { ...stores, conversationId: conversation.id };
  };

  const addTurn = async (
    { turns, conversationId }: StoreHarness & { conversationId: ConversationId },
    overrides: Partial<NewTurn>,
  ) => (await turns.addTurn(conversationId, buildNewTurn(overrides))).turn;

  test('adds a turn as queued and open, with every field that the door gave', async () => {
    const { turns, conversationId } = await openWithConversation();
    const newTurn = buildNewTurn({
      question: {
        text: 'Wie viele Urlaubstage? 休暇 😀\n"$where"',
        files: [{ id: 'F1', name: 'plan.pdf', sizeBytes: 1_024 }],
      },
      unprompted: true,
      readThread: true,
      repeats: asId('slack-T1-C1-0.9'),
      clientMsgId: 'c0ffee-1',
      seedHistory: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: '' },
      ],
      askedAt: new Date('2026-01-05T09:00:00.123Z'),
      audience: 'public',
      replyTo: { channel: 'C1', threadTs: '1.2' },
      error: { code: 'question_too_long' },
    });
    const { turn, added } = await turns.addTurn(conversationId, newTurn);
    expect(added).toBe(true);
    expect(turn).toStrictEqual({
      ...newTurn,
      conversationId,
      seq: 1,
      state: 'queued',
      open: true,
      attempt: 0,
      deliveries: 0,
      fence: 0,
      parts: [],
    });
    expect(await turns.getTurn(newTurn.id)).toStrictEqual(turn);
  });

  test('keeps what is absent absent, and what is empty empty', async () => {
    const { turns, conversationId } = await openWithConversation();
    const newTurn = buildNewTurn({ question: { text: '' }, asker: '', replyTo: {} });
    const { turn } = await turns.addTurn(conversationId, newTurn);
    const found = await turns.getTurn(newTurn.id);
    expect(found).toStrictEqual(turn);
    expect(found?.replyTo).toEqual({});
    for (const absent of [
      'revision',
      'ratings',
      'unprompted',
      'clientMsgId',
      'seedHistory',
      'answer',
      'reference',
      'error',
      'endedAt',
    ])
      expect(found).not.toHaveProperty(absent);
  });

  test('keeps a question of 16,000 characters whole', async () => {
    const { turns, conversationId } = await openWithConversation();
    const text = '休'.repeat(16_000);
    await turns.addTurn(conversationId, buildNewTurn({ question: { text } }));
    expect((await turns.getTurn(buildNewTurn().id))?.question.text).toBe(text);
  });

  test('finds nothing where nothing is', async () => {
    const { turns, conversationId } = await openWithConversation();
    expect(await turns.getTurn(none)).toBeUndefined();
    expect(await turns.listTurns(conversationId)).toEqual([]);
    expect(await turns.hasAsked(conversationId, 'U1')).toBe(false);
  });

  test('refuses a turn of a conversation that does not exist', async () => {
    const { turns } = await open();
    const adding = turns.addTurn(newConversationId(), buildNewTurn());
    await expect(adding).rejects.toMatchObject({ code: 'conversation_not_found' });
    expect(await turns.getTurn(buildNewTurn().id)).toBeUndefined();
  });

  test('finds the turn that has the id, and leaves it as it is', async () => {
    const { turns, conversationId } = await openWithConversation();
    const first = await turns.addTurn(conversationId, buildNewTurn());
    const again = await turns.addTurn(
      conversationId,
      buildNewTurn({ question: { text: 'Another text' } }),
    );
    expect(again).toEqual({ turn: first.turn, added: false });
    expect(await turns.listTurns(conversationId)).toHaveLength(1);
  });

  test('finds the turn that has the client_msg_id, under whatever id and in whatever conversation', async () => {
    const { turns, conversations, conversationId } = await openWithConversation();
    const other = buildConversation({ id: newConversationId() });
    await conversations.addConversation(other);
    const first = await turns.addTurn(conversationId, buildNewTurn({ clientMsgId: 'one' }));
    const again = await turns.addTurn(
      other.id,
      buildNewTurn({ id: asId('slack-T1-C1-9.9'), clientMsgId: 'one' }),
    );
    expect(again).toEqual({ turn: first.turn, added: false });
  });

  test('adds one of 50 turns that come with the same id at once', async () => {
    const { turns, conversationId } = await openWithConversation();
    const results = await Promise.all(
      Array.from({ length: 50 }, () => turns.addTurn(conversationId, buildNewTurn())),
    );
    expect(results.filter(({ added }) => added)).toHaveLength(1);
    expect(new Set(results.map(({ turn }) => turn.seq)).size).toBe(1);
    expect(await turns.listTurns(conversationId)).toHaveLength(1);
  });

  test('adds one of 50 turns that come with the same client_msg_id at once', async () => {
    const { turns, conversationId } = await openWithConversation();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        turns.addTurn(
          conversationId,
          buildNewTurn({ id: asId(`slack-T1-C1-1.${index}`), clientMsgId: 'one' }),
        ),
      ),
    );
    expect(results.filter(({ added }) => added)).toHaveLength(1);
    expect(new Set(results.map(({ turn }) => turn.id)).size).toBe(1);
    expect(await turns.listTurns(conversationId)).toHaveLength(1);
  });

  test('gives each of 50 turns that come at once a seq of its own', async () => {
    const { turns, conversationId } = await openWithConversation();
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        turns.addTurn(conversationId, buildNewTurn({ id: asId(`slack-T1-C1-1.${index}`) })),
      ),
    );
    expect(results.every(({ added }) => added)).toBe(true);
    expect(new Set(results.map(({ turn }) => turn.seq)).size).toBe(50);
    expect(Math.min(...results.map(({ turn }) => turn.seq))).toBeGreaterThanOrEqual(1);
  });

  test('gives a later turn a higher seq, also after one that was found', async () => {
    const stores = await openWithConversation();
    const first = await addTurn(stores, { id: asId('a') });
    await addTurn(stores, { id: asId('a') });
    const second = await addTurn(stores, { id: asId('b') });
    expect(second.seq).toBeGreaterThan(first.seq);
  });

  describe('listTurns', () => {
    const openWithTurns = async () => {
      const stores = await openWithConversation();
      const noon = new Date('2026-01-05T12:00:00Z');
      await addTurn(stores, { id: asId('noon'), askedAt: noon });
      await addTurn(stores, { id: asId('noon, later'), askedAt: noon });
      await addTurn(stores, { id: asId('eleven'), askedAt: new Date('2026-01-05T11:00:00Z') });
      const other = buildConversation({ id: newConversationId() });
      await stores.conversations.addConversation(other);
      await stores.turns.addTurn(other.id, buildNewTurn({ id: asId('of another') }));
      return stores;
    };

    test.each([
      [undefined, ['eleven', 'noon', 'noon, later']],
      [2, ['noon', 'noon, later']],
      [0, []],
      [9, ['eleven', 'noon', 'noon, later']],
    ] as const)('with last %s gives the newest, by askedAt, then seq', async (last, ids) => {
      const { turns, conversationId } = await openWithTurns();
      const listed = await turns.listTurns(conversationId, last === undefined ? {} : { last });
      expect(listed.map(({ id }) => id)).toEqual(ids);
    });
  });

  test('finds the turn whose reply has a message as a part, of several the newest', async () => {
    const stores = await openWithConversation();
    const { turns, leases, work, conversationId, leaseMs } = stores;
    const owner: WorkerId = asId('w1');
    const fence = (await leases.acquireLease(conversationId, { owner, leaseMs })) ?? 0;
    const reply = async (id: string, platformIds: readonly string[]) => {
      const askedAt = new Date(Date.UTC(2026, 0, 5, 9, Number(id)));
      const turn = await addTurn(stores, {
        id: asId(`discord-${id}`),
        platform: 'discord',
        askedAt,
      });
      await work.claimTurn(conversationId, fence);
      const parts = platformIds.map((platformId, index) => ({ index, platformId }));
      await work.updateTurn(turn.id, fence, { parts, state: 'done' });
    };
    await reply('2', ['20', '21', '22']);
    await reply('1', ['10', '22']);
    await addTurn(stores, { id: asId('slack-T1-C1-1.1') });
    const found = async (id: string) => (await turns.findTurnByPart('discord', id))?.id;
    expect(await Promise.all(['21', '10', '22', '2', '99'].map(found))).toEqual([
      'discord-2',
      'discord-1',
      'discord-2',
      undefined,
      undefined,
    ]);
    expect(await turns.findTurnByPart('slack', '21')).toBeUndefined();
  });

  test('keeps for how long a question is refused', async () => {
    const error = { code: 'asking_too_fast', retryAfterMs: 600_000 } as const;
    const stores = await openWithConversation();
    const { id } = await addTurn(stores, { error });
    expect((await stores.turns.getTurn(id))?.error).toEqual(error);
  });

  test('knows who has asked in the conversation', async () => {
    const stores = await openWithConversation();
    await addTurn(stores, { asker: 'U1' });
    expect(await stores.turns.hasAsked(stores.conversationId, 'U1')).toBe(true);
    expect(await stores.turns.hasAsked(stores.conversationId, 'U2')).toBe(false);
    expect(await stores.turns.hasAsked(newConversationId(), 'U1')).toBe(false);
  });
};
