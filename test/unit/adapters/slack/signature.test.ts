import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifySignature } from '../../../../adapters/slack/signature.ts';

const signingSecret = 'the-signing-secret';
const nowS = 1_767_603_600;
const body = '{"type":"event_callback","text":"é"}';

const sign = (timestamp: string, secret = signingSecret, signed = body): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${signed}`).digest('hex')}`;
const verify = (timestamp: string | null, signature: string | null): void =>
  verifySignature(
    { rawBody: Buffer.from(body), timestamp, signature },
    { signingSecret, nowMs: nowS * 1_000 },
  );

test.each([
  ['now', nowS],
  ['five minutes ago', nowS - 300],
  ['in five minutes', nowS + 300],
])('takes a request signed %s', (_when, timestampS) => {
  const timestamp = String(timestampS);
  expect(() => verify(timestamp, sign(timestamp))).not.toThrow();
});

const now = String(nowS);
test.each([
  ['a time more than five minutes ago', String(nowS - 301), sign(String(nowS - 301)), 'timestamp'],
  [
    'a time more than five minutes ahead',
    String(nowS + 301),
    sign(String(nowS + 301)),
    'timestamp',
  ],
  ['a time that is no number', 'soon', sign('soon'), 'timestamp'],
  ['a negative time', `-${now}`, sign(`-${now}`), 'timestamp'],
  ['no time', null, sign(now), 'missing'],
  ['no signature', now, null, 'missing'],
  ['an empty signature', now, '', 'signature'],
  ['another secret', now, sign(now, 'other'), 'signature'],
  ['another body', now, sign(now, signingSecret, '{}'), 'signature'],
  ['the signature of another time', now, sign(String(nowS - 1)), 'signature'],
  ['a signature without its version', now, sign(now).slice(3), 'signature'],
  ['a longer signature', now, `${sign(now)}0`, 'signature'],
  ['letters of several bytes', now, 'é'.repeat(67), 'signature'],
])('refuses %s', (_what, timestamp, signature, reason) => {
  expect(() => verify(timestamp, signature)).toThrow(
    expect.objectContaining({ code: 'signature_invalid', details: { reason } }),
  );
});
