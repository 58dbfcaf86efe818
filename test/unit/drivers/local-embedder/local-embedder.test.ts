import { expect, test } from 'vitest';
import { cosine } from '../../../../src/chat/cosine.ts';
import { createLocalEmbedder } from '../../../../src/drivers/local-embedder/local-embedder.ts';

const embedder = createLocalEmbedder();

test.each([
  ['Chinese', '深圳办公室的访客必须提前两天登记。'],
  ['Russian', 'Сколько у меня дней отпуска?'],
  ['mostly Japanese', '休暇は何日ありますか (Almanac)'],
])('has no vector for %s, which it cannot read', async (_name, text) => {
  expect(await embedder.embed([text])).toEqual([undefined]);
});

test('has 512 dimensions', async () => {
  const [vector] = await embedder.embed(['Everybody has 28 days of leave.']);
  expect(vector).toHaveLength(512);
});

test('reads a long text to its end', async () => {
  const filler =
    'The canteen cooks one vegan dish and one other dish on every working day. '.repeat(9);
  const [question, without, within] = await embedder.embed([
    'VPN error 809',
    filler,
    `${filler}VPN error 809 means that the network blocks UDP.`,
  ]);
  expect(cosine(question, within)).toBeGreaterThan((cosine(question, without) ?? 1) + 0.05);
});

test('knows paraphrases from other subjects', async () => {
  const [question, answer, other] = await embedder.embed([
    'My laptop was stolen, what now?',
    'Call the IT desk at once when a computer is lost.',
    'Invoices are sent on the first of the month.',
  ]);
  expect(cosine(question, answer)).toBeGreaterThan(cosine(question, other) ?? 1);
});

test('lets other work go on between its steps', async () => {
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  await embedder.embed(Array.from({ length: 6 }, (_, at) => `${at} ${'leave days '.repeat(40)}`));
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(2);
});

test('stops between two steps when the signal aborts', async () => {
  const controller = new AbortController();
  const reason = new Error('the worker shuts down');
  const embedding = embedder.embed(
    Array.from({ length: 40 }, (_, at) => `${at} ${'leave days '.repeat(40)}`),
    { signal: controller.signal },
  );
  setImmediate(() => controller.abort(reason));
  await expect(embedding).rejects.toBe(reason);
});
