/** A console that breaks tells nothing of the answer that it could not show, and its prompt nothing of why. */
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { runConsolePrompt } from '../../adapters/console/console-prompt.ts';
import { createConsoleSpeaker } from '../../adapters/console/console-speaker.ts';
import { buildTurn } from '../fakes/build.ts';
import { canaries, everything } from './canaries.ts';
import { createWitness } from './witness.ts';

const signal = new AbortController().signal;

test.each(['EPIPE', 'ENOSPC', canaries.answer])('a stream that fails with %s', async (code) => {
  const witness = createWitness();
  const stream = new Writable({
    write: (_text, _encoding, done) => done(Object.assign(new Error(everything), { code })),
  });
  const speaker = createConsoleSpeaker({ stream, hyperlinks: false });
  const reply = speaker.openReply(buildTurn({ platform: 'console' }), {
    parts: [],
    firstAttempt: true,
  });
  await witness.fails(reply.putPart(0, canaries.answer, { final: true, signal }));
  await witness.fails(reply.putPart(0, canaries.document, { final: true, signal }));
  await witness.fails(reply.noticePrivately('internal', { signal }));
  expect(witness.leaks()).toEqual([]);
});

test('a question that fails at the prompt', async () => {
  const witness = createWitness();
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(`${canaries.heading}\n${canaries.title}\n`);
  await runConsolePrompt({
    ...{ input, output, terminal: false },
    ask: async () => {
      throw new Error(everything);
    },
  });
  output.end();
  const read = await text(output);
  expect(read).toContain('Something is wrong on my side');
  witness.shown('prompt', read);
  expect(witness.leaks()).toEqual([]);
});
