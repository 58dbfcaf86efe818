/** The fake's timeline: every call, when it got what, how it ended, and where a test holds it. */
import type { Body } from './check-chat-request.ts';

export type CallKind = 'chat' | 'embeddings' | 'models';

/** Times are milliseconds on the fake's monotonic clock. */
export interface RecordedCall {
  readonly kind: CallKind;
  /** The how-manieth call of its kind, from 1. */
  readonly nth: number;
  readonly body: Body;
  readonly receivedMs: number;
  /** When the first byte of the response was handed to the connection. */
  readonly firstByteMs?: number;
  /** The first delta with text or reasoning. */
  readonly firstTokenMs?: number;
  readonly lastTokenMs?: number;
  /** How many deltas were handed to the connection. */
  readonly chunks: number;
  /** Absent until the response has begun. */
  readonly status?: number;
  /** The response was complete, or as broken as its script wanted it, or the client had gone. */
  readonly endedMs?: number;
  /** The client closed the connection first. */
  readonly aborted: boolean;
}

export interface StopPoint {
  /** Default `chat`. */
  readonly kind?: 'chat' | 'embeddings';
  /** The how-manieth call of the kind, from 1 and counted since the server's start. */
  readonly call: number;
  /** Holds after so many deltas; 0, the default, before the response has begun. Embeddings have no deltas. */
  readonly afterChunks?: number;
}

export interface Stop {
  /** Resolves when the call is held. */
  readonly reached: Promise<RecordedCall>;
  /** Lets the call go on; called before the moment came, it gives the stop up. */
  release(): void;
}

export interface CallLog {
  begin(call: Pick<RecordedCall, 'kind' | 'body'>): OpenCall;
  requests(kind?: CallKind): readonly RecordedCall[];
  /** Resolves with the first call, of before or to come, that fits. */
  until(fits: (call: RecordedCall) => boolean): Promise<RecordedCall>;
  stopAt(point: StopPoint): Stop;
}

/** The server's side of a call. Nothing changes after its end. */
export interface OpenCall {
  readonly record: RecordedCall;
  began(status: number): void;
  sentDelta(): void;
  ended(): void;
  /** The end by the client. */
  aborted(): void;
  /** Waits while a test holds the call here, after `flush`; rejects with the signal's reason. */
  pass(signal: AbortSignal, flush?: () => Promise<void>): Promise<void>;
}

interface PlannedStop {
  readonly point: Required<StopPoint>;
  readonly reach: (call: RecordedCall) => void;
  readonly released: Promise<void>;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export function createCallLog({ now }: { readonly now: () => number }): CallLog {
  const calls: Mutable<RecordedCall>[] = [];
  const stops = new Set<PlannedStop>();
  const watchers = new Set<() => void>();

  function changed(): void {
    for (const look of [...watchers]) look();
  }

  function requests(kind?: CallKind): readonly RecordedCall[] {
    return calls.filter((call) => kind === undefined || call.kind === kind);
  }

  return {
    requests,

    begin({ kind, body }) {
      const nth = requests(kind).length + 1;
      const started = { receivedMs: now(), chunks: 0, aborted: false };
      const record: Mutable<RecordedCall> = { kind, nth, body, ...started };
      const change = (changes: Partial<RecordedCall>) => {
        if (record.endedMs !== undefined) return;
        Object.assign(record, changes);
        changed();
      };
      calls.push(record);
      changed();
      return {
        record,
        began: (status) => change({ status, firstByteMs: now() }),
        sentDelta() {
          const sentMs = now();
          const firstTokenMs = record.firstTokenMs ?? sentMs;
          change({ chunks: record.chunks + 1, firstTokenMs, lastTokenMs: sentMs });
        },
        ended: () => change({ endedMs: now() }),
        aborted: () => change({ endedMs: now(), aborted: true }),
        async pass(signal, flush = async () => {}) {
          signal.throwIfAborted();
          const stop = [...stops].find(({ point }) => isAt(record, point));
          if (!stop) return;
          stops.delete(stop);
          await flush();
          stop.reach(record);
          await orAborted(stop.released, signal);
        },
      };
    },

    until(fits) {
      return new Promise((resolve, reject) => {
        const look = () => {
          try {
            const found = calls.find(fits);
            if (!found) return;
            resolve(found);
          } catch (error) {
            reject(error);
          }
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      });
    },

    stopAt({ kind = 'chat', call, afterChunks = 0 }) {
      if (requests(kind).length >= call) throw new Error(`${kind} call ${call} has already begun`);
      const { promise: reached, resolve: reach } = defer<RecordedCall>();
      const { promise: released, resolve: letGo } = defer<void>();
      const stop: PlannedStop = { point: { kind, call, afterChunks }, reach, released };
      stops.add(stop);
      return {
        reached,
        release() {
          stops.delete(stop);
          letGo();
        },
      };
    },
  };
}

/** Settles as the promise does, or rejects with the signal's reason, whichever comes first. */
export function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function isAt(call: RecordedCall, point: Required<StopPoint>): boolean {
  return call.kind === point.kind && call.nth === point.call && call.chunks === point.afterChunks;
}

function defer<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
