import { expect, test } from 'vitest';
import { actions, readActionId, writeActionId } from '../../../../adapters/discord/action-ids.ts';
import {
  type DiscordAddress,
  readAddress,
  writeAddress,
} from '../../../../adapters/discord/reply-address.ts';

const channel = '1313131313131313131';
const response = {
  message: '1414141414141414141',
  applicationId: '1515151515151515151',
  sealedToken: 'v1.0123abcd.x',
  expiresAtMs: 1_767_603_600_000,
};
const whole: DiscordAddress = {
  ...{ channel, guild: '2', user: '3', message: '4', questionChannel: '5' },
  ...{ threadArchiveMinutes: '1440', repliedTo: '7', reads: 'replied', answeredTag: '6', response },
};

test.each([
  [whole],
  [{ channel, user: '3' }],
  [{ channel, user: '3', guild: '2', response }],
  [{ channel, user: '3', response: { ...response, interaction: '8' } }],
  [{ channel, user: '3', command: { ...response, message: undefined, interaction: '8' } }],
])('an address is read as it was written: %j', (address) => {
  const written = writeAddress(address);
  expect(Object.values(written).every((value) => typeof value === 'string')).toBe(true);
  expect(readAddress(written)).toEqual(address);
});

test.each([
  [{}],
  [{ channel, user: 'U1' }],
  [{ channel: 'C1', user: '3' }],
  [{ channel, user: '3', threadArchiveMinutes: '5' }],
  [{ channel, user: '3', responseMessage: '7' }],
  [{ channel, user: '3', interaction: '8' }],
  [{ ...writeAddress(whole), expiresAtMs: 'soon' }],
])('no other door wrote this: %j', (stored) => {
  expect(() => readAddress(stored)).toThrow(expect.objectContaining({ code: 'payload_invalid' }));
});

test('what a button is for is read from its id, which Discord takes', () => {
  const turnId = 'discord-i1313131313131313131-r12';
  for (const action of actions) {
    const id = writeActionId(action, turnId);
    expect(id.length).toBeLessThanOrEqual(100);
    expect(readActionId(id)).toEqual({ action, turnId });
  }
});

test.each([
  '',
  'fn:stop:',
  'fn:stop:a b',
  'fn:delete:x',
  'stop:x',
  `fn:stop:${'x'.repeat(81)}`,
])('the id %j is none of ours', (id) => {
  expect(readActionId(id)).toBeUndefined();
});
