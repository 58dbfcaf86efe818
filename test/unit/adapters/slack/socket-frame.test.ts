import { expect, test } from 'vitest';
import { parseSocketFrame } from '../../../../adapters/slack/socket-frame.ts';

const parse = (frame: unknown) => parseSocketFrame(JSON.stringify(frame));
const payload = { type: 'event_callback', event: { type: 'message' } };

test('an event is taken with how often it came', () => {
  const frame = {
    ...{ envelope_id: 'e1', type: 'events_api', payload, accepts_response_payload: false },
    ...{ retry_attempt: 2, retry_reason: 'timeout' },
  };
  expect(parse(frame)).toEqual({
    kind: 'envelope',
    envelope: {
      ...{ envelopeId: 'e1', payload, acceptsResponse: false },
      ...{ retryNum: 2, retryReason: 'timeout' },
    },
  });
});

test.each([
  ['its first time', { retry_attempt: 0, retry_reason: '' }],
  ['null', { retry_attempt: null, retry_reason: null, accepts_response_payload: null }],
  ['nothing, as commands do', {}],
])('an envelope may say %s about being sent again', (_what, more) => {
  expect(parse({ envelope_id: 'e1', type: 'slash_commands', payload, ...more })).toEqual({
    kind: 'envelope',
    envelope: { envelopeId: 'e1', payload, acceptsResponse: false, retryNum: 0 },
  });
});

test('hello and disconnect are known', () => {
  expect(parse({ type: 'hello', num_connections: 1 })).toEqual({ kind: 'hello' });
  expect(parse({ type: 'disconnect', reason: 'warning', debug_info: {} })).toEqual({
    kind: 'disconnect',
    reason: 'warning',
  });
  expect(parse({ type: 'disconnect' })).toEqual({ kind: 'disconnect', reason: '' });
});

test.each([
  'what?',
  '',
  '{}',
  'null',
  '[]',
  '{"type":"events_api"}',
  '{"type":"events_api","envelope_id":"e1"}',
  '{"type":"events_api","envelope_id":"","payload":{}}',
  '{"type":"events_api","envelope_id":"e1","payload":"text"}',
  '{"type":"pong"}',
])('%s is unknown', (text) => {
  expect(parseSocketFrame(text)).toEqual({ kind: 'unknown' });
});
