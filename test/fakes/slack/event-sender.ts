/**
 * The sending half of the Events API: signs as Slack does, waits 3 s, and sends again when no 2xx came. Or hands everything to Socket Mode.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 * @see https://docs.slack.dev/apis/events-api#retries (at once, after 1 min, after 5 min; X-Slack-No-Retry)
 */
import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { FakeSlackClock } from './clock.ts';
import { envelope } from './event-payloads.ts';
import type { EventTransport, RetryReason, TransportAnswer } from './event-transport.ts';
import type { Json } from './message-json.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface SendOptions {
  readonly teamId?: string;
  /** Default: a new one. */
  readonly eventId?: string;
  readonly retryNum?: number;
  readonly retryReason?: RetryReason;
  /** Moves the signed timestamp; negative is the past. */
  readonly timestampOffsetS?: number;
  readonly badSignature?: boolean;
  /** Sent, and signed, in place of the envelope. */
  readonly rawBody?: string;
}

export interface Delivery extends TransportAnswer {
  readonly eventId: string;
  readonly eventType: string;
  readonly retryNum?: number;
  readonly ackMs: number;
}

export interface EventSender {
  /** One try. */
  sendEvent(event: Json, options?: SendOptions): Promise<Delivery>;
  /** All the tries that Slack makes until a 2xx, on the fake's clock. */
  deliverEvent(event: Json, options?: SendOptions): Promise<readonly Delivery[]>;
  /** A command or an interaction, once: Slack sends no second one. `fields` are signed as a form. */
  sendForm(
    fields: Readonly<Record<string, string>>,
    options: { readonly eventType: string } & Pick<
      SendOptions,
      'rawBody' | 'badSignature' | 'timestampOffsetS'
    >,
  ): Promise<Delivery>;
  /** Every try so far, in the order of the answers. */
  deliveries(): readonly Delivery[];
}

const patienceMs = 3_000;
const retryDelaysMs = [0, 60_000, 300_000];

export function createEventSender({
  state,
  clock,
  signingSecret,
  eventsUrl,
  socket,
  monotonicMs,
  signal,
  onChange,
}: {
  readonly state: WorkspaceState;
  readonly clock: FakeSlackClock;
  readonly signingSecret: string;
  readonly eventsUrl: () => string | undefined;
  /** In place of HTTP: the app is set to Socket Mode. */
  readonly socket: EventTransport | undefined;
  readonly monotonicMs: () => number;
  /** Ends open tries and waits. */
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}): EventSender {
  const done: Delivery[] = [];
  let lastEventId = 0;

  function nextEventId(): string {
    lastEventId += 1;
    return `Ev0${String(lastEventId).padStart(8, '0')}`;
  }

  async function sendSigned(
    body: string,
    options: SendOptions & { readonly contentType: string } & Pick<
        Delivery,
        'eventId' | 'eventType'
      >,
  ): Promise<Delivery> {
    const url = eventsUrl();
    if (!socket && url === undefined) throw new Error('fake Slack was told no events URL');
    const nowMs = clock.now();
    const timestamp = Math.floor(nowMs / 1000) + (options.timestampOffsetS ?? 0);
    const secret = options.badSignature ? `not ${signingSecret}` : signingSecret;
    const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
    const headers = {
      'content-type': options.contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${digest}`,
      ...(options.retryNum === undefined ? {} : { 'x-slack-retry-num': String(options.retryNum) }),
      ...(options.retryReason ? { 'x-slack-retry-reason': options.retryReason } : {}),
    };
    const startedMs = monotonicMs();
    const answer = socket
      ? await socket.send({ body, ...options })
      : await within(clock, signal, (ended) => post(url ?? '', { headers, body, signal: ended }));
    const delivery: Delivery = {
      ...{ eventId: options.eventId, eventType: options.eventType },
      ...(options.retryNum === undefined ? {} : { retryNum: options.retryNum }),
      ...answer,
      ackMs: monotonicMs() - startedMs,
    };
    done.push(delivery);
    onChange();
    return delivery;
  }

  async function sendEvent(event: Json, options: SendOptions = {}): Promise<Delivery> {
    const workspace = state.workspace(options.teamId);
    const eventId = options.eventId ?? nextEventId();
    const nowMs = clock.now();
    const isOrgWide = state.isOrgWide(workspace);
    const body =
      options.rawBody ?? JSON.stringify(envelope(workspace, { event, eventId, nowMs, isOrgWide }));
    const eventType = String(event['type']);
    return sendSigned(body, { ...options, eventId, eventType, contentType: 'application/json' });
  }

  return {
    sendEvent,
    sendForm: (fields, options) =>
      sendSigned(options.rawBody ?? new URLSearchParams(fields).toString(), {
        ...options,
        eventId: '',
        contentType: 'application/x-www-form-urlencoded',
      }),
    async deliverEvent(event, options = {}) {
      const eventId = options.eventId ?? nextEventId();
      const tries = [await sendEvent(event, { ...options, eventId })];
      for (const [index, delayMs] of retryDelaysMs.entries()) {
        const last = tries.at(-1);
        if (!last?.failure || last.noRetry) break;
        // The wait fails only when the fake closes; what was tried by then is the answer.
        if (delayMs > 0) await clock.sleep(delayMs, signal).catch(() => {});
        if (signal.aborted) break;
        const again = { eventId, retryNum: index + 1, retryReason: last.failure };
        tries.push(await sendEvent(event, { ...options, ...again }));
      }
      return tries;
    },
    deliveries: () => [...done],
  };
}

async function within(
  clock: FakeSlackClock,
  closing: AbortSignal,
  send: (signal: AbortSignal) => Promise<TransportAnswer>,
): Promise<TransportAnswer> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, closing]);
  const none = { status: 0, body: '', noRetry: false };
  const late = clock.sleep(patienceMs, signal).then(
    (): TransportAnswer => ({ ...none, failure: 'http_timeout' }),
    // The wait was called off: the answer came, or the fake is closing.
    (): TransportAnswer => ({ ...none, failure: 'connection_failed' }),
  );
  const failed = (): TransportAnswer => ({ ...none, failure: 'connection_failed' });
  try {
    return await Promise.race([send(signal).catch(failed), late]);
  } finally {
    over.abort();
  }
}

function post(
  url: string,
  { headers, body, signal }: { headers: Record<string, string>; body: string; signal: AbortSignal },
): Promise<TransportAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve(judged(response.statusCode ?? 0, text, response.headers));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function judged(status: number, body: string, headers: IncomingHttpHeaders): TransportAnswer {
  const isAck = status >= 200 && status < 300;
  const noRetry = headers['x-slack-no-retry'] === '1';
  return { status, body, noRetry, ...(isAck ? {} : { failure: 'http_error' as const }) };
}
