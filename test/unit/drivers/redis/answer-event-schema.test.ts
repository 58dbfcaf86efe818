/** Holds that only events come back from Redis, unchanged, and that a refusal names no text. */
import { expect, test } from 'vitest';
import { parseAnswerEvent } from '../../../../src/drivers/redis/answer-event-schema.ts';
import { buildReference, buildScoredChunk } from '../../../fakes/build.ts';

const final = {
  type: 'final',
  answer: '28 days [ID:0]',
  reference: buildReference({ chunks: [buildScoredChunk({ url: 'https://docs.test/leave' })] }),
  timings: { totalMs: 12.5 },
  usage: { promptTokens: 1, completionTokens: 1, estimated: true },
  unfinished: 'length',
};

test('gives an event back as it was written', () => {
  expect(parseAnswerEvent(JSON.stringify(final))).toEqual(final);
});

test.each([
  ['text that is no JSON', 'canary'],
  ['an unknown type', '{"type":"canary"}'],
  ['a delta without text', '{"type":"delta"}'],
  ['an unknown phase', '{"type":"status","phase":"canary"}'],
  ['a status that lacks its reference', '{"type":"status","phase":"generating"}'],
  ['a final without timings', JSON.stringify({ ...final, timings: undefined })],
  ['a reason that does not exist', JSON.stringify({ ...final, unfinished: 'canary' })],
])('refuses %s without quoting it', (_name, json) => {
  const parse = () => parseAnswerEvent(json);
  expect(parse).toThrow(expect.objectContaining({ code: 'payload_invalid' }));
  expect(parse).not.toThrow(/canary/);
});
