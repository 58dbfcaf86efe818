/** What the tests of the fake Slack start from: one workspace, one channel, one person, and plain HTTP. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { FakeSlackClock } from '../../fakes/slack/clock.ts';
import {
  type FakeSlack,
  type FakeSlackOptions,
  startFakeSlack,
} from '../../fakes/slack/fake-slack.ts';

export const signingSecret = 'shhh';
export const botToken = 'xoxb-one';

export async function startWithWorld(options: Partial<FakeSlackOptions> = {}): Promise<FakeSlack> {
  const fake = await startFakeSlack({ signingSecret, botToken, limits: 'off', ...options });
  onTestFinished(() => fake.close());
  fake.addChannel({ id: 'C1' });
  fake.addUser({ id: 'U1', name: 'ann' });
  return fake;
}

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  // The shape is the vendor's; each test names the fields it reads.
  readonly body: Record<string, unknown> & { readonly ok: boolean; readonly error?: string };
}

export async function callSlack(
  fake: FakeSlack,
  method: string,
  args: Record<string, unknown> = {},
  { token = botToken, as = 'json' }: { token?: string | null; as?: 'json' | 'form' } = {},
): Promise<Answer> {
  const fields = Object.entries(args).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const response = await fetch(fake.apiUrl + method, {
    method: 'POST',
    headers: {
      'content-type':
        as === 'json' ? 'application/json; charset=utf-8' : 'application/x-www-form-urlencoded',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: as === 'json' ? JSON.stringify(args) : new URLSearchParams(fields).toString(),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

/** Posts as the bot and gives the `ts`. */
export async function post(fake: FakeSlack, args: Record<string, unknown>): Promise<string> {
  const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', ...args });
  if (!body.ok) throw new Error(body.error);
  return String(body['ts']);
}

export interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly raw: string;
  // The envelope's shape is the vendor's; each test names the fields it reads.
  // biome-ignore lint/suspicious/noExplicitAny: reading deep into JSON that a test compares
  readonly body: any;
}

/** A receiver of events that answers 200 unless told otherwise. */
export async function startReceiver(
  answer: (response: ServerResponse, received: Received) => void = (response) => {
    response.writeHead(200).end();
  },
): Promise<{ readonly url: string; readonly received: readonly Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const raw = await text(request);
    const one = { headers: request.headers, raw, body: raw.startsWith('{') ? JSON.parse(raw) : {} };
    received.push(one);
    answer(response, one);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/slack/events`, received };
}

export interface ManualClock extends FakeSlackClock {
  advance(ms: number): void;
  /** Resolves when somebody sleeps for so long, now or later. */
  untilSleeping(ms: number): Promise<void>;
}

export function createManualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs;
  const sleeps = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const watchers = new Set<() => void>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const entry = { untilMs: nowMs + ms, wake: resolve };
        sleeps.add(entry);
        for (const look of [...watchers]) look();
        signal?.addEventListener('abort', () => {
          sleeps.delete(entry);
          reject(signal.reason);
        });
      }),
    advance(ms) {
      nowMs += ms;
      for (const each of [...sleeps]) {
        if (each.untilMs > nowMs) continue;
        sleeps.delete(each);
        each.wake();
      }
    },
    untilSleeping: (ms) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...sleeps].some((each) => each.untilMs === nowMs + ms)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}
