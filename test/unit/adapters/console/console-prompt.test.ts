import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runConsolePrompt } from '../../../../adapters/console/console-prompt.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createGate } from '../../../fakes/gate.ts';

const ctrlC = '\u0003';

const open = (
  ask: (question: string, options: { signal: AbortSignal }) => Promise<void>,
  terminal = true,
) => {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
  });
  return { input, left: runConsolePrompt({ input, output, terminal, ask }), shown: () => shown };
};

describe('the prompt', () => {
  it.each([
    true,
    false,
  ])('asks line by line until the input ends (terminal: %s)', async (terminal) => {
    const asked: string[] = [];
    const { input, left } = open(async (question) => void asked.push(question), terminal);
    input.end('How many days?\n\n  Why?  \n');
    await left;
    expect(asked).toEqual(['How many days?', 'Why?']);
  });

  it('waits for the last answer though the input has ended', async () => {
    const gate = createGate();
    const events: string[] = [];
    const { input, left } = open(async () => {
      await gate.passed;
      events.push('answered');
    }, false);
    input.end('How?\n');
    const done = left.then(() => events.push('left'));
    setImmediate(gate.open);
    await done;
    expect(events).toEqual(['answered', 'left']);
  });

  it('stops the answer at the first Ctrl-C, and goes on', async () => {
    const asked: string[] = [];
    const begun = createGate();
    const { input, left } = open((question, { signal }) => {
      asked.push(question);
      if (question !== 'How?') return Promise.resolve();
      begun.open();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    input.write('How?\n');
    await begun.passed;
    input.write(ctrlC);
    input.end('Why?\n');
    await left;
    expect(asked).toEqual(['How?', 'Why?']);
  });

  it('leaves at the second Ctrl-C, whatever the answer does', async () => {
    const begun = createGate();
    const stopped = createGate();
    const { input, left } = open((_, { signal }) => {
      begun.open();
      signal.addEventListener('abort', stopped.open);
      return new Promise(() => {});
    });
    input.write('How?\n');
    await begun.passed;
    input.write(ctrlC);
    await stopped.passed;
    input.write(ctrlC);
    await left;
  });

  it('leaves at Ctrl-C when nothing is asked', async () => {
    const { input, left } = open(async () => {});
    input.write(ctrlC);
    await left;
  });

  it('tells the sentence of a failure and goes on', async () => {
    let calls = 0;
    const { input, left, shown } = open(async () => {
      calls += 1;
      throw calls === 1 ? new BotError('model_unavailable') : new TypeError('canary');
    }, false);
    input.end('How?\nWhy?\n');
    await left;
    expect(shown()).toContain('I cannot reach the language model right now.');
    expect(shown()).toContain('Something is wrong on my side');
    expect(shown()).not.toContain('canary');
  });
});
