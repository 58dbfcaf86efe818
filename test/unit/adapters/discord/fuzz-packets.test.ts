/** Recorded dispatches, damaged in 1,000 ways: nothing falls over, and only what is a whole question is stored. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readAddress } from '../../../../adapters/discord/reply-address.ts';
import { maxQuestionLengthChars } from '../../../../src/domain/turn.ts';
import { fc } from '../../../property-tests.ts';
import { noRules } from './set-up-listening.ts';
import { bot, channel, setUpPackets } from './set-up-packets.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/discord');
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'));
const runs = 1_000;
const seed = 20_261_127;

type Box = Record<string, unknown>;

/** The recording as if it happened for the `n`-th time. */
const again = (recording: string, n: number): Box =>
  JSON.parse(
    recording.replaceAll(
      /8677938([57]\d{4})\d{4}(\d{2})/g,
      `8677938$1${String(n).padStart(4, '0')}$2`,
    ),
  );

/** Every object and list in it, itself first: what stands in them can be changed in place. */
const boxesIn = (value: unknown): Box[] =>
  typeof value === 'object' && value !== null
    ? [value as Box, ...Object.values(value).flatMap(boxesIn)]
    : [];

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\u0000',
    '\uD800',
    '0',
    '-1',
    '../..',
    `<@${bot}>`,
    bot,
    channel,
  ),
  fc.constantFrom<unknown>(
    '9'.repeat(20),
    '9'.repeat(400),
    '1'.repeat(17),
    'fn:stop:x',
    '2147483647',
  ),
  fc.constantFrom<unknown>('x'.repeat(20_000), '<@'.repeat(5_000), '<@1> '.repeat(3_000)),
  fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 19, 1e300, [], {}, [[]], [null], {
    id: null,
  }),
  fc.constantFrom<unknown>(
    Array.from({ length: 300 }, () => ({ id: '1', filename: 'a' })),
    { __proto__: null, a: 1 },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const oddKey = fc.constantFrom(
  ...['__proto__', 'constructor', 'toString', 'guild_id', 'author', 'member', 'user', 'mentions'],
  ...['type', 'content', 'webhook_id', 'message', 'custom_id', 'components', 'edited_timestamp'],
);

interface Damage {
  readonly kind: 'replace' | 'remove' | 'add' | 'swap';
  readonly where: number;
  readonly other: number;
  readonly key: string;
  readonly value: unknown;
}
const damages = fc.array(
  fc.record<Damage>({
    kind: fc.constantFrom('replace', 'remove', 'add', 'swap'),
    ...{ where: fc.nat(), other: fc.nat(), key: oddKey, value: odd },
  }),
  { minLength: 1, maxLength: 4 },
);

const damage = (packet: Box, { kind, where, other, key, value }: Damage): void => {
  const boxes = boxesIn(packet['d']);
  const box = boxes[where % Math.max(1, boxes.length)];
  if (box === undefined) return;
  const names = Object.keys(box);
  const name = names[other % Math.max(1, names.length)] ?? key;
  const at = kind === 'add' ? key : name;
  const become = structuredClone(kind === 'swap' ? boxes[other % boxes.length] : value);
  if (kind === 'remove') delete box[at];
  else
    Object.defineProperty(box, at, {
      value: become,
      enumerable: true,
      configurable: true,
      writable: true,
    });
};

test(`${runs} damaged dispatches`, { timeout: 60_000 }, async () => {
  const it = setUpPackets({
    places: [{ channel, dialogId: 'default' as never, listen: 'all', rules: noRules }],
  });
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  let sent = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...recordings), damages, async (recording, all) => {
        sent += 1;
        const packet = again(recording, sent % 10_000);
        for (const each of all) damage(packet, each);
        const { t, d }: Box = JSON.parse(JSON.stringify(packet));
        await it.packets.take({ name: String(t), data: d });
      }),
      { numRuns: runs, seed },
    );
    await new Promise(setImmediate);
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
  expect(Object.prototype).not.toHaveProperty('a');
  expect(it.log.lines.filter(({ details }) => details['code'] === 'internal')).toEqual([]);

  const turns = await it.allTurns();
  expect(turns.length).toBeGreaterThan(runs / 10);
  for (const turn of turns) {
    const address = readAddress(turn.replyTo);
    expect(turn.id).toMatch(/^discord-i?\d{1,20}$/);
    expect(address.user).toBe(turn.asker);
    expect(turn.asker).not.toBe(bot);
    expect(address.message === undefined).toBe(address.command !== undefined);
    expect(Number.isNaN(turn.askedAt.getTime())).toBe(false);
    expect(turn.question.text.length).toBeLessThanOrEqual(maxQuestionLengthChars);
    expect(turn.question.text === '').toBe(turn.error !== undefined);
  }
});
