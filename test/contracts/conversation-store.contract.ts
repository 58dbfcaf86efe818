/** What every conversation store does. */
import { describe, expect, test } from 'vitest';
import { asId, type ConversationId, newConversationId } from '../../src/domain/ids.ts';
import { buildConversation, buildNewTurn } from '../fakes/build.ts';
import type { OpenStores } from './store-harness.ts';

export const describeConversationStore = (open: OpenStores): void => {
  const none: ConversationId = asId('f'.repeat(32));

  test('gives back every field of what was added, by id and by key', async () => {
    const { conversations } = await open();
    const conversation = buildConversation({
      key: 'slack-T1-C1-1767603600.000100',
      platform: 'slack',
      place: 'C1',
      audience: 'public',
    });
    expect(await conversations.addConversation(conversation)).toEqual({
      conversation,
      added: true,
    });
    expect(await conversations.getConversation(conversation.id)).toStrictEqual(conversation);
    expect(await conversations.findConversation(conversation.key)).toStrictEqual(conversation);
  });

  test('keeps empty texts, and a name of 255 characters in any script', async () => {
    const { conversations } = await open();
    const conversation = buildConversation({ name: '休'.repeat(255), place: '', userId: '' });
    await conversations.addConversation(conversation);
    expect(await conversations.getConversation(conversation.id)).toStrictEqual(conversation);
  });

  test('finds nothing where nothing is', async () => {
    const { conversations } = await open();
    expect(await conversations.getConversation(none)).toBeUndefined();
    expect(await conversations.findConversation('http-none')).toBeUndefined();
    expect(await conversations.renameConversation(none, 'New')).toBeUndefined();
    expect(
      await conversations.listConversations({ dialogId: asId('default'), userId: 'nobody' }),
    ).toEqual([]);
  });

  test('finds the conversation that has the key, and leaves it as it is', async () => {
    const { conversations } = await open();
    const first = buildConversation({ key: 'slack-T1-C1-1.1', name: 'First' });
    await conversations.addConversation(first);
    const second = buildConversation({ id: newConversationId(), key: first.key, name: 'Second' });
    expect(await conversations.addConversation(second)).toEqual({
      conversation: first,
      added: false,
    });
    expect(await conversations.getConversation(second.id)).toBeUndefined();
  });

  test('finds the conversation that has the id, whatever its key', async () => {
    const { conversations } = await open();
    const first = buildConversation({ key: 'slack-T1-C1-1.1' });
    await conversations.addConversation(first);
    const second = buildConversation({ key: 'http-another' });
    expect(await conversations.addConversation(second)).toEqual({
      conversation: first,
      added: false,
    });
  });

  test('adds one of 50 conversations that come with the same key at once', async () => {
    const { conversations } = await open();
    const results = await Promise.all(
      Array.from({ length: 50 }, () =>
        conversations.addConversation(
          buildConversation({ id: newConversationId(), key: 'slack-T1-C1-1.1' }),
        ),
      ),
    );
    expect(results.filter(({ added }) => added)).toHaveLength(1);
    expect(new Set(results.map(({ conversation }) => conversation.id)).size).toBe(1);
  });

  describe('attachThread', () => {
    const thread = 'slack-T1-C1-1767603600.000200';
    const openWithCommand = async () => {
      const { conversations } = await open();
      const conversation = buildConversation({ key: 'slack-T1-tabc' });
      await conversations.addConversation(conversation);
      return { conversations, conversation };
    };

    test('lets the conversation be found by the thread, and by its own key as before', async () => {
      const { conversations, conversation } = await openWithCommand();
      expect(await conversations.attachThread(conversation.id, thread)).toBe(true);
      for (const key of [thread, conversation.key])
        expect(await conversations.findConversation(key)).toStrictEqual(conversation);
    });

    test('may be done again, and with a further thread', async () => {
      const { conversations, conversation } = await openWithCommand();
      for (const key of [thread, thread, conversation.key, 'slack-T1-C1-2.2'])
        expect(await conversations.attachThread(conversation.id, key)).toBe(true);
      expect(await conversations.findConversation('slack-T1-C1-2.2')).toEqual(conversation);
      expect(await conversations.findConversation(thread)).toEqual(conversation);
    });

    test('lets a question in the thread join the conversation', async () => {
      const { conversations, conversation } = await openWithCommand();
      await conversations.attachThread(conversation.id, thread);
      const second = buildConversation({ id: newConversationId(), key: thread });
      expect(await conversations.addConversation(second)).toEqual({ conversation, added: false });
    });

    test('leaves a key to the conversation that has it', async () => {
      const { conversations, conversation } = await openWithCommand();
      const other = buildConversation({ id: newConversationId(), key: thread });
      await conversations.addConversation(other);
      expect(await conversations.attachThread(conversation.id, thread)).toBe(false);
      expect(await conversations.findConversation(thread)).toEqual(other);
      await conversations.attachThread(other.id, 'slack-T1-C1-2.2');
      expect(await conversations.attachThread(conversation.id, 'slack-T1-C1-2.2')).toBe(false);
    });

    test('attaches nothing to a conversation that does not exist', async () => {
      const { conversations } = await openWithCommand();
      expect(await conversations.attachThread(none, thread)).toBe(false);
      expect(await conversations.findConversation(thread)).toBeUndefined();
    });

    test('gives a thread that is attached and asked in at once to one conversation', async () => {
      const { conversations, conversation } = await openWithCommand();
      const [attached, ...added] = await Promise.all([
        conversations.attachThread(conversation.id, thread),
        ...Array.from({ length: 20 }, () =>
          conversations.addConversation(
            buildConversation({ id: newConversationId(), key: thread }),
          ),
        ),
      ]);
      const owners = new Set(added.map((one) => one.conversation.id));
      expect(owners.size).toBe(1);
      expect(owners.has(conversation.id)).toBe(attached);
      expect((await conversations.findConversation(thread))?.id).toBe([...owners][0]);
    });
  });

  test("lists an owner's conversations of one dialog, newest first", async () => {
    const { conversations } = await open();
    const add = async (
      name: string,
      createdAt: string,
      other: { userId?: string; dialogId?: string } = {},
    ) => {
      await conversations.addConversation(
        buildConversation({
          id: newConversationId(),
          name,
          createdAt: new Date(createdAt),
          userId: other.userId ?? 'owner-1',
          dialogId: asId(other.dialogId ?? 'default'),
        }),
      );
    };
    await add('second', '2026-01-06T00:00:00Z');
    await add('first', '2026-01-05T00:00:00Z');
    await add('third', '2026-01-07T00:00:00Z');
    await add("another owner's", '2026-01-08T00:00:00Z', { userId: 'owner-2' });
    await add("another dialog's", '2026-01-08T00:00:00Z', { dialogId: 'other' });
    const listed = await conversations.listConversations({
      dialogId: asId('default'),
      userId: 'owner-1',
    });
    expect(listed.map(({ name }) => name)).toEqual(['third', 'second', 'first']);
  });

  test('renames, and tells when', async () => {
    const { conversations } = await open();
    const before = buildConversation({ updatedAt: new Date('2025-01-01T00:00:00Z') });
    await conversations.addConversation(before);
    const renamed = await conversations.renameConversation(before.id, 'Leave');
    expect(renamed).toEqual({ ...before, name: 'Leave', updatedAt: expect.any(Date) });
    expect(renamed?.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
    expect(await conversations.getConversation(before.id)).toEqual(renamed);
  });

  test('tells when a turn came last', async () => {
    const { conversations, turns } = await open();
    const before = buildConversation({ updatedAt: new Date('2025-01-01T00:00:00Z') });
    await conversations.addConversation(before);
    await turns.addTurn(before.id, buildNewTurn());
    const after = await conversations.getConversation(before.id);
    expect(after?.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
  });
};
