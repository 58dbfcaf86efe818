/** A client of the HTTP API as its users have it: curl, and somebody who puts the `answer` of each `data:` line together. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { apiKey } from './open-parts.ts';

export interface Envelope {
  readonly code: number;
  readonly message: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects there.
  readonly data: any;
}

/** What a reader has read, over any number of streams of one answer. */
export interface AnswerReader {
  readonly frames: readonly Envelope[];
  /** What it printed, without ever forgetting anything. */
  readonly printed: string;
  /** What it has when it forgets all that came before a `reset`. */
  readonly text: string;
  readonly resets: number;
  readonly lastEventId: string | undefined;
  /** `data` was `true`. */
  readonly isEnded: boolean;
  take(line: string): void;
}

export interface Curl {
  /** Resolves with curl's exit code when the stream ended. */
  readonly ended: Promise<number | null>;
  /** The client leaves; resolves when it is gone. */
  leave(): Promise<void>;
}

export const createAnswerReader = (): AnswerReader => {
  const frames: Envelope[] = [];
  const state = { printed: '', text: '', resets: 0, lastEventId: '', isEnded: false };
  return {
    frames,
    get printed() {
      return state.printed;
    },
    get text() {
      return state.text;
    },
    get resets() {
      return state.resets;
    },
    get lastEventId() {
      return state.lastEventId || undefined;
    },
    get isEnded() {
      return state.isEnded;
    },
    take(line) {
      if (line.startsWith('id:')) state.lastEventId = line.slice('id:'.length);
      if (!line.startsWith('data:')) return;
      const frame = JSON.parse(line.slice('data:'.length)) as Envelope;
      frames.push(frame);
      if (frame.data === true) state.isEnded = true;
      if (frame.data.reset === true) {
        state.resets += 1;
        state.text = '';
      }
      state.printed += frame.data.answer ?? '';
      state.text += frame.data.answer ?? '';
    },
  };
};

interface Call {
  readonly key?: string;
  readonly body?: object;
  readonly lastEventId?: string | undefined;
}

const argumentsOf = (url: string, { key = apiKey, body, lastEventId }: Call): string[] => [
  ...['--silent', '--no-buffer', url, '--header', `Authorization: Bearer ${key}`],
  ...(body === undefined
    ? []
    : ['--header', 'Content-Type: application/json', '--data', JSON.stringify(body)]),
  ...(lastEventId === undefined ? [] : ['--header', `Last-Event-ID: ${lastEventId}`]),
];

/** Runs `curl -N`, the reader taking each line as it comes. */
export const curlStream = (
  url: string,
  { reader, ...call }: Call & { readonly reader: AnswerReader },
): Curl => {
  const child = spawn('curl', argumentsOf(url, call), { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', reader.take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    ended,
    async leave() {
      child.kill('SIGKILL');
      await ended;
    },
  };
};

/** Runs curl to its end. */
export const curlJson = async (
  url: string,
  call: Call = {},
): Promise<Envelope & { readonly status: number }> => {
  const child = spawn('curl', [...argumentsOf(url, call), '--write-out', '\n%{http_code}'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  await once(child, 'close');
  const [, body = '', status = ''] = /^(.*)\n(\d+)$/s.exec(Buffer.concat(pieces).toString()) ?? [];
  return { ...(JSON.parse(body) as Envelope), status: Number(status) };
};
