/** What Footnote makes of each recorded dispatch in `test/fixtures/discord`. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { asId, type WorkerId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { channel, guild, type Packets, setUpPackets } from './set-up-packets.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/discord');
const asked = 'How many days of leave do I have?';
const ann = '167348773423415296';
const ben = '809850198683418695';
const question = '867793854505943041';
/** Of the answer's message, in the recordings. */
const answer = '867793854505943045';

const send = async ({ packets }: Packets, name: string): Promise<void> => {
  const recorded: { readonly t: string; readonly d: unknown } = JSON.parse(
    readFileSync(path.join(folder, `${name}.json`), 'utf8'),
  );
  await packets.take({ name: recorded.t, data: recorded.d });
};

describe('becomes a question', () => {
  test.each<[string, object]>([
    [
      'message-mention',
      {
        ...{ id: `discord-${question}`, asker: ann, question: { text: asked } },
        replyTo: {
          ...{ channel, guild, user: ann },
          ...{ message: question, threadArchiveMinutes: '1440' },
        },
      },
    ],
    ['message-direct', { question: { text: 'Where is the handbook?' }, asker: ann }],
    [
      'message-file',
      {
        question: {
          text: 'What is in plan.txt?',
          files: [{ id: '867793854505943062', name: 'plan.txt', sizeBytes: 13 }],
        },
      },
    ],
    ['slash-command', { id: 'discord-i867793873336926249', question: { text: asked }, asker: ann }],
    [
      'message-command',
      {
        id: 'discord-i867793873336926250',
        question: { text: 'Why is the build red?' },
        asker: ann,
      },
    ],
  ])('%s', async (name, turn) => {
    const it = setUpPackets();
    await send(it, name);
    expect(await it.allTurns()).toMatchObject([turn]);
    expect(it.troubles()).toEqual([]);
  });
});

test('message-reply joins the conversation of the answer', async () => {
  const it = setUpPackets();
  await send(it, 'message-mention');
  await send(it, 'message-reply');
  const [first, second] = await it.allTurns();
  expect(second).toMatchObject({ asker: ben, conversationId: first?.conversationId });
});

test('message-mention that comes twice is one question', async () => {
  const it = setUpPackets();
  await send(it, 'message-mention');
  await send(it, 'message-mention');
  expect(await it.allTurns()).toHaveLength(1);
});

test('message-edited edits the question, message-got-thread does not', async () => {
  const it = setUpPackets();
  await send(it, 'message-mention');
  await send(it, 'message-got-thread');
  expect((await it.allTurns())[0]?.revision).toBeUndefined();
  await send(it, 'message-edited');
  expect(await it.allTurns()).toMatchObject([
    { question: { text: 'How many days of leave do I have this year?' }, revision: 1 },
  ]);
});

test('message-edited of a message that we do not know is a question, for it calls us', async () => {
  const it = setUpPackets();
  await send(it, 'message-edited');
  expect(await it.allTurns()).toHaveLength(1);
  const late = setUpPackets();
  await late.clock.advance(10 * 60_000);
  await send(late, 'message-edited');
  expect(await late.allTurns()).toEqual([]);
});

test.each([
  'message-deleted',
  'messages-deleted',
  'thread-deleted',
  'channel-deleted',
])('%s takes the question back', async (name) => {
  const it = setUpPackets();
  await send(it, 'message-mention');
  it.threads.push(question);
  await send(it, name);
  expect(await it.allTurns()).toMatchObject([{ removeReply: true }]);
});

test.each([
  'message-plain',
  'message-webhook',
  'message-thread-starter',
])('%s is nothing to us', async (name) => {
  const it = setUpPackets();
  await send(it, name);
  expect([await it.allTurns(), it.calls, it.troubles()]).toEqual([[], [], []]);
});

describe('under an answer', () => {
  const setUp = async (): Promise<Packets> => {
    const it = setUpPackets();
    await send(it, 'message-mention');
    const [turn] = await it.allTurns();
    await answerWith(it, turn as Turn);
    return it;
  };
  const answerWith = async ({ store }: Packets, { id, conversationId }: Turn): Promise<void> => {
    const lease = { owner: asId<WorkerId>('worker'), leaseMs: 30_000 };
    const fence = (await store.leases.acquireLease(conversationId, lease)) ?? 0;
    await store.work.claimTurn(conversationId, fence);
    const parts = [{ index: 0, platformId: answer }];
    await store.work.updateTurn(id, fence, { state: 'done', parts });
  };

  test('button rates it', async () => {
    const it = await setUp();
    await send(it, 'button');
    expect(await it.allTurns()).toMatchObject([{ ratings: { [ann]: { helpful: true } } }]);
    expect(it.answers()).toMatchObject([{ type: 4, data: { flags: 64 } }]);
  });

  test.each(['modal', 'modal-label'])('%s says why it did not help', async (name) => {
    const it = await setUp();
    await send(it, name);
    expect(await it.allTurns()).toMatchObject([
      { ratings: { [ann]: { helpful: false, reason: 'It is 28 days now.' } } },
    ]);
  });

  test.each(['button', 'modal'])('of another message %s is ignored', async (name) => {
    const it = setUpPackets();
    await send(it, 'message-mention');
    await send(it, name);
    expect((await it.allTurns())[0]?.ratings).toBeUndefined();
    expect(it.troubles()).toEqual(['discord press ignored, it belongs to no reply']);
  });
});

test('every recording is told about here', () => {
  const told = readFileSync(import.meta.filename, 'utf8');
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(names.filter((name) => !told.includes(name.replace('.json', '')))).toEqual([]);
  const listed = readFileSync(path.join(folder, 'README.md'), 'utf8');
  expect(names.filter((name) => !listed.includes(`\`${name.replace('.json', '')}\``))).toEqual([]);
});
