/** What nobody put to us is answered while it is fresh. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { madeAtMs } from '../../../../adapters/discord/snowflake.ts';
import { overheardMaxAgeMs } from '../../../../adapters/discord/take-message.ts';
import { asId } from '../../../../src/domain/ids.ts';
import { noRules } from './set-up-listening.ts';
import { channel, setUpPackets } from './set-up-packets.ts';

const plain = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../../fixtures/discord/message-plain.json'),
    'utf8',
  ),
).d;

test.each([
  [0, 1],
  [1, 0],
])('%i ms after five minutes %i are stored', async (lateMs, count) => {
  const place = { channel, dialogId: asId<never>('default'), listen: 'all' as const };
  const it = setUpPackets({ places: [{ ...place, rules: noRules }] });
  await it.clock.advance(madeAtMs(plain.id) + overheardMaxAgeMs + lateMs - it.clock.now());
  await it.packets.take({ name: 'MESSAGE_CREATE', data: { ...plain, content: 'is it hot?' } });
  expect(await it.allTurns()).toHaveLength(count);
});
