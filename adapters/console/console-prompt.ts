/** Lets a person ask one question after the other on a terminal. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { noticeFor, toBotError } from '../../src/domain/errors.ts';

export interface ConsolePromptSettings {
  readonly input: Readable;
  readonly output: Writable;
  /** Whether keys are read one by one: true on a terminal. */
  readonly terminal: boolean;
  /** Answers on the same output; resolves when the answer stands. The signal aborts when the person wants it to stop. */
  readonly ask: (question: string, options: { readonly signal: AbortSignal }) => Promise<void>;
}

/**
 * Resolves when the person leaves: at the end of the input, by Ctrl-C at the prompt, or by a second Ctrl-C while an answer stops. Questions typed ahead
 * are asked in turn; blank lines are not. A failed question is told in its sentence, and the next one may be asked.
 */
export const runConsolePrompt = async (settings: ConsolePromptSettings): Promise<void> => {
  const { input, output, terminal, ask } = settings;
  const lines = createInterface({ input, output, terminal, prompt: '> ' });
  const leave = new AbortController();
  const left = new Promise<void>((resolve) => {
    leave.signal.addEventListener('abort', () => resolve());
  });
  let answering: AbortController | undefined;
  let ended = false;
  lines.once('close', () => {
    ended = true;
  });
  lines.on('SIGINT', () => {
    if (answering?.signal.aborted === false) return answering.abort();
    leave.abort();
    lines.close();
  });

  const answer = async (question: string): Promise<void> => {
    const stop = new AbortController();
    answering = stop;
    try {
      await ask(question, { signal: stop.signal });
    } catch (error) {
      if (stop.signal.aborted) return;
      const sentence = noticeFor(toBotError(error).code) || noticeFor('internal');
      output.write(`${sentence}\n`);
    } finally {
      answering = undefined;
    }
  };

  lines.prompt();
  for await (const line of lines) {
    const question = line.trim();
    if (question !== '') await Promise.race([answer(question), left]);
    if (leave.signal.aborted) return;
    // The end of the input may have come while lines were still to be read.
    if (!ended) lines.prompt();
  }
};
