/** What the tests of the fake Discord start from: one guild, one channel, one person, plain HTTP and a plain socket. */
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../../fakes/discord/fake-discord.ts';

export const startWithWorld = async (options: FakeDiscordOptions = {}) => {
  const fake = await startFakeDiscord({ limits: 'off', ...options });
  onTestFinished(() => fake.close());
  const channel = fake.addChannel({ name: 'help' });
  const ann = fake.addUser({ name: 'ann' });
  return { fake, channel, ann };
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The shape is the vendor's; each test names the fields it reads.
  // biome-ignore lint/suspicious/noExplicitAny: reading deep into JSON that a test compares
  readonly body: any;
}

/** `call` is `POST /channels/1/messages`. */
export const callDiscord = async (
  fake: FakeDiscord,
  call: string,
  body?: unknown,
  { token = fake.token }: { readonly token?: string | null } = {},
): Promise<Answer> => {
  const [method = '', path] = call.split(' ');
  const isForm = body instanceof FormData;
  const response = await fetch(`${fake.apiUrl}/v10${path}`, {
    method,
    headers: {
      ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bot ${token}` }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  const { status, headers } = response;
  return { status, headers, body: isJson ? JSON.parse(text) : text };
};

/** Discord's code, or 0 for what it did. */
export const codeOf = async (...args: Parameters<typeof callDiscord>): Promise<number> => {
  const { status, body } = await callDiscord(...args);
  return status < 300 ? 0 : body.code;
};

/** The name of the first fault in an Invalid Form Body, with its place: `content BASE_TYPE_MAX_LENGTH`. */
export const faultOf = async (...args: Parameters<typeof callDiscord>): Promise<string> => {
  const { body } = await callDiscord(...args);
  if (body.code !== 50035) return String(body.code ?? 'none');
  const walk = (errors: Record<string, unknown>, path: readonly string[]): string => {
    const [[key, inner] = ['', undefined]] = Object.entries(errors);
    if (key !== '_errors') return walk(inner as Record<string, unknown>, [...path, key]);
    return `${path.join('.')} ${(inner as { readonly code: string }[])[0]?.code}`;
  };
  return walk(body.errors, []);
};

/** Says it as the bot and gives the message's id. */
export const say = async (fake: FakeDiscord, channel: string, content = 'hello') => {
  const { status, body } = await callDiscord(fake, `POST /channels/${channel}/messages`, {
    content,
  });
  if (status !== 200) throw new Error(`${status} ${body.code}`);
  return String(body.id);
};

export const createStillClock = (nowMs = 1_760_000_000_000) => {
  let now = nowMs;
  return {
    now: () => now,
    advance(ms: number) {
      now += ms;
    },
  };
};

export interface Frame {
  readonly op: number;
  readonly t?: string | null;
  readonly s?: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: reading deep into JSON that a test compares
  readonly d?: any;
}

/** A gateway client that does nothing of itself. */
export const connect = async (fake: FakeDiscord) => {
  const socket = new WebSocket(
    `${fake.apiUrl.replace('http', 'ws').replace('/api', '/gateway')}?v=10&encoding=json`,
  );
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  const listeners = new Set<() => void>();
  let closed: number | undefined;
  const tell = () => {
    for (const each of listeners) each();
  };
  socket.on('message', (bytes) => {
    frames.push(JSON.parse(String(bytes)));
    tell();
  });
  socket.on('close', (code) => {
    closed = code;
    tell();
  });
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = () => {
        const found = look();
        if (found === undefined) return;
        listeners.delete(check);
        resolve(found);
      };
      listeners.add(check);
      check();
    });
  const received = (find: (frame: Frame) => boolean) => until(() => frames.find(find));
  await received(({ op }) => op === 10);
  return {
    frames,
    received,
    send: (op: number, d: unknown) => socket.send(JSON.stringify({ op, d })),
    sendText: (text: string) => socket.send(text),
    closeCode: () => until(() => closed),
    close: (code: number) => socket.close(code),
    cut: () => socket.terminate(),
    /** The names of the events so far. */
    events: () => frames.flatMap(({ op, t }) => (op === 0 && t ? [t] : [])),
  };
};

export const everyIntent = 37_377;

export const identify = async (
  fake: FakeDiscord,
  { intents = everyIntent, shard }: { intents?: number; shard?: readonly [number, number] } = {},
) => {
  const client = await connect(fake);
  const properties = { os: 'linux', browser: 'test', device: 'test' };
  client.send(2, { token: fake.token, intents, properties, ...(shard ? { shard } : {}) });
  const ready = await client.received(({ t }) => t === 'READY');
  return { ...client, sessionId: String(ready.d.session_id) };
};
