/** Recorded requests, damaged in 1,000 ways: nothing falls over, and only what is a whole question is stored. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { slackId, slackTs } from '../../../../adapters/slack/slack-ids.ts';
import { maxQuestionLengthChars } from '../../../../src/domain/turn.ts';
import { fc } from '../../../property-tests.ts';
import { setUpListening, signingSecret } from './set-up-listening.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/slack');
const recordings = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(path.join(folder, name), 'utf8'));
const runs = 1_000;
const seed = 20_261_124;

type Json = unknown;
/** The recording as if it happened for the `n`-th time: another message, another gesture. */
const again = (recording: string, n: number): Json =>
  JSON.parse(
    recording
      .replaceAll(/"(1[67]\d{5})\d{3}\.(\d{6})"/g, `"$1${String(n % 1_000).padStart(3, '0')}.$2"`)
      .replaceAll(/("client_msg_id": )"/g, `$1"${n}-`)
      .replaceAll('111.222.', `${n}.`)
      .replaceAll('0123456789abcdef01234567', String(n).padStart(24, '0')),
  );
type Keys = readonly (string | number)[];

/** The ways to every value in the body, the body itself first. */
const pathsIn = (value: Json, at: Keys = []): Keys[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...at, key]))
    : []),
];
/** Stands for lists in lists, 5,000 deep: written only into the request, for no tool of the test walks through them. */
const deepMark = 'lists in lists';
const json = (body: Json): string =>
  JSON.stringify(body).replaceAll(`"${deepMark}"`, '['.repeat(5_000) + ']'.repeat(5_000));
const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '\uD800',
    '<@U0000BOT>',
    '<@U0000BOT|x>',
    '&lt;',
    '../..',
    '0',
  ),
  fc.constantFrom('x'.repeat(20_000), '<'.repeat(5_000), '<@'.repeat(5_000), '&amp;'.repeat(9_000)),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const oddValue: fc.Arbitrary<Json> = fc.oneof(
  oddText,
  fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 1e300, [], {}, [[]], [null], { id: null }),
  fc.constantFrom<Json>(deepMark, Array(300).fill({ id: 'F1' })),
  fc.jsonValue({ maxDepth: 3 }),
);
const oddKey = fc.constantFrom(
  ...['__proto__', 'constructor', 'toString', 'event', 'command', 'actions', 'view', 'name'],
  ...['type', 'user', 'team', 'channel', 'authorizations', 'subtype', 'bot_id', 'files', 'message'],
);

interface Damage {
  readonly kind: 'replace' | 'remove' | 'add' | 'swap';
  readonly where: number;
  readonly other: number;
  readonly key: string;
  readonly value: Json;
}
const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'add', 'swap'),
  where: fc.nat(),
  other: fc.nat(),
  key: oddKey,
  value: oddValue,
});

/** A copy, so that `__proto__` is a key like any other. */
const changed = (value: Json, keys: Keys, become: (value: Json) => Json): Json => {
  const [key, ...rest] = keys;
  if (key === undefined) return become(value);
  if (Array.isArray(value))
    return value.map((one, index) =>
      String(index) === String(key) ? changed(one, rest, become) : one,
    );
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      name === String(key) ? changed(one, rest, become) : one,
    ]),
  );
};
const removed = Symbol('removed');
const pruned = (value: Json): Json => {
  if (Array.isArray(value)) return value.filter((one) => one !== removed).map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === removed ? [] : [[key, pruned(one)]])),
  );
};
const valueAt = (value: Json, keys: Keys): Json =>
  keys.reduce<Json>(
    (inner, key) => (inner as Readonly<Record<string, Json>> | null)?.[key] ?? null,
    value,
  );

const damaged = (body: Json, { kind, where, other, key, value }: Damage): Json => {
  const paths = pathsIn(body).slice(1);
  if (paths.length === 0) return value;
  const at = paths[where % paths.length] ?? [];
  const from = paths[other % paths.length] ?? [];
  switch (kind) {
    case 'replace':
      return changed(body, at, () => value);
    case 'remove':
      return pruned(changed(body, at, () => removed));
    case 'swap':
      return changed(body, at, () => valueAt(body, from));
    case 'add':
      return changed(body, at.slice(0, -1), (inner) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? Object.fromEntries([...Object.entries(inner), [key, value]])
          : inner,
      );
  }
};

const isForm = (body: Json): boolean =>
  typeof body === 'object' && body !== null && !('event' in body) && !('challenge' in body);
const encoded = (body: Json, form: boolean): string => {
  if (!form) return json(body);
  if (typeof body !== 'object' || body === null || !('command' in body))
    return new URLSearchParams({ payload: json(body) }).toString();
  const fields = Object.entries(body).map(([name, one]): [string, string] => [
    name,
    typeof one === 'string' ? one : json(one),
  ]);
  return new URLSearchParams(fields).toString();
};

test(`${runs} damaged requests`, { timeout: 60_000 }, async () => {
  const it = await setUpListening({ limits: 'off' });
  it.slack.addTeam({ id: 'T0000001', botToken: 'xoxb-T0000001', botUserId: 'U0000BOT' });
  it.places['C0000001'] = { listen: 'all' };
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const seen: Record<number, number> = {};
  let sent = 0;
  const send = async (rawBody: string, form: boolean): Promise<number> => {
    const timestamp = String(Math.floor(it.clock.now() / 1_000));
    const digest = createHmac('sha256', signingSecret)
      .update(`v0:${timestamp}:${rawBody}`)
      .digest('hex');
    const headers = {
      'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    };
    const request = new Request('http://localhost/', { method: 'POST', headers, body: rawBody });
    return (await it.inbound.handle(request)).status;
  };
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...recordings),
        fc.array(damage, { minLength: 1, maxLength: 4 }),
        async (recording, damages) => {
          sent += 1;
          const body = again(recording, sent);
          const rawBody = encoded(damages.reduce<Json>(damaged, body), isForm(body));
          const status = await send(rawBody, isForm(body));
          seen[status] = (seen[status] ?? 0) + 1;
          expect([200, 400]).toContain(status);
        },
      ),
      { numRuns: runs, seed },
    );
    await it.inbound.close();
    await new Promise(setImmediate);
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
  expect(Object.prototype).not.toHaveProperty('a');
  // Most damage leaves a request that is well-formed, and some does not.
  expect(seen[200]).toBeGreaterThan(runs / 2);
  expect(seen[400]).toBeGreaterThan(runs / 100);

  const turns = await it.allTurns();
  expect(turns.length).toBeGreaterThan(runs / 10);
  for (const turn of turns) {
    const { threadTs, ts, ...ids } = turn.replyTo;
    expect(turn.id).toMatch(/^slack-[A-Z0-9]+-(?:[A-Z0-9]+-\d+\.\d+|t[0-9a-f]{32})$/);
    for (const id of [ids['team'], ids['channel'], ids['user'], turn.asker])
      expect(slackId.safeParse(id).success).toBe(true);
    for (const time of [threadTs, ts])
      expect(time === undefined || slackTs.safeParse(time).success).toBe(true);
    expect(turn.asker).not.toBe('U0000BOT');
    expect(Number.isNaN(turn.askedAt.getTime())).toBe(false);
    expect(turn.question.text.length).toBeLessThanOrEqual(maxQuestionLengthChars);
    expect(turn.question.text === '').toBe(turn.error !== undefined);
  }
});
