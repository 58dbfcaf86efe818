/** A terminal that understands what the console speaker sends, and nothing else. */
import { Writable } from 'node:stream';
import type { ConsoleStream } from '../../../../adapters/console/console-speaker.ts';

export interface FakeTerminal {
  readonly stream: ConsoleStream;
  /** What stands on the terminal, scrolled-off rows included, without trailing blanks. */
  screen(): string;
  /** Everything that was written, in order. */
  readonly written: readonly string[];
  /** Every write fails from now on. */
  breakPipe(code: string): void;
}

const esc = '\u001b';
const bell = '\u0007';
const sequence = new RegExp(`${esc}\\[(\\d*)([AJ])|${esc}\\]8;[^${bell}]*${bell}|[\\s\\S]`, 'gu');

/** @param options.columns Longer lines wrap. Characters are one column wide each. */
export const createFakeTerminal = ({
  isTTY = true,
  columns = 80,
  rows = 24,
}: {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
} = {}): FakeTerminal => {
  const written: string[] = [];
  const lines: string[] = [''];
  let row = 0;
  let column = 0;
  let fault: string | undefined;

  const put = (char: string): void => {
    if (char === '\n' || column === columns) {
      row += 1;
      column = 0;
      lines[row] ??= '';
    }
    if (char === '\n') return;
    lines[row] = `${(lines[row] ?? '').slice(0, column)}${char}`;
    column += 1;
  };
  const draw = (text: string): void => {
    for (const [char, count, command] of text.matchAll(sequence)) {
      if (command === 'A') {
        const up = Number(count);
        if (up >= rows || up > row) throw new Error('the cursor left the screen');
        row -= up;
      } else if (command === 'J') {
        lines.length = row + 1;
        lines[row] = (lines[row] ?? '').slice(0, column);
      } else if (char === '\r') column = 0;
      else if (!char.startsWith(esc)) put(char);
    }
  };

  const stream: Writable = new Writable({
    write(chunk, _encoding, done) {
      if (fault !== undefined) return done(Object.assign(new Error('broken'), { code: fault }));
      const text = String(chunk);
      written.push(text);
      draw(text);
      done();
    },
  });
  return {
    stream: Object.assign(stream, { isTTY, columns, rows }),
    screen: () =>
      lines
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    written,
    breakPipe: (code) => {
      fault = code;
    },
  };
};
