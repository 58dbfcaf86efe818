/** An OpenAI-compatible server on loopback that does what a test wrote down, as strict as the vendor otherwise. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../src/ports/clock.ts';
import { type CallKind, type CallLog, createCallLog } from './call-log.ts';
import { answer, type ChatScript } from './chat-script.ts';
import {
  type Body,
  type ChatModelRules,
  type ChatRequest,
  checkChatRequest,
  isObject,
  unrecognized,
} from './check-chat-request.ts';
import { type EmbeddingModelRules, embed } from './embeddings.ts';
import { playAnswer } from './play-answer.ts';
import { type Refusal, refusals } from './refusals.ts';
import { type Exchange, sendJson, sendRefusal } from './send-json.ts';

export type Responder = (request: ChatRequest) => ChatScript;

export interface FakeOpenAiOptions {
  /** What the default responder answers, with the `[ID:n]` citations that the test wants. */
  readonly answer?: string;
  /** Default: every key, or none, is accepted. */
  readonly apiKey?: string;
  /** By name. Default: `fake-chat`, and `fake-reasoner` with the rules of OpenAI's reasoning models. */
  readonly chatModels?: Readonly<Record<string, ChatModelRules>>;
  /** By name. Default: `fake-embedding`, 256 dimensions. */
  readonly embeddingModels?: Readonly<Record<string, EmbeddingModelRules>>;
  /** Answers 400 to `stream_options`, as old servers do; default false. */
  readonly refusesStreamOptions?: boolean;
  /** For waits, pace and the timeline; default the machine's. */
  readonly clock?: Pick<Clock, 'monotonic' | 'sleep'>;
}

export interface FakeOpenAi extends Pick<CallLog, 'requests' | 'until' | 'stopAt'> {
  /** Ends in `/v1`; child processes reach it too. */
  readonly baseUrl: string;
  /** One script for each of the next chat calls; after those the responder decides again. */
  script(...scripts: readonly ChatScript[]): void;
  /** Decides every chat call that has no script. */
  respond(responder: Responder): void;
  /** One refusal for each of the next embedding calls. */
  refuseEmbeddings(...next: readonly Refusal[]): void;
  /** Drops what is open. Rejects with the first error that a responder threw. */
  close(): Promise<void>;
}

const routes: Readonly<Record<string, CallKind>> = {
  'POST /v1/chat/completions': 'chat',
  'POST /v1/embeddings': 'embeddings',
  'GET /v1/models': 'models',
};

const machineClock: Pick<Clock, 'monotonic' | 'sleep'> = {
  monotonic: () => performance.now(),
  sleep: async (ms, { signal } = {}) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};

const defaultChatModels = {
  'fake-chat': {},
  'fake-reasoner': { onlyDefaultTemperature: true, outputLimit: 'max_completion_tokens' },
} as const;

export async function startFakeOpenAi(options: FakeOpenAiOptions = {}): Promise<FakeOpenAi> {
  const {
    answer: defaultAnswer = 'The documents say so [ID:0].',
    chatModels = defaultChatModels,
    embeddingModels = { 'fake-embedding': { dimensions: 256 } },
    clock = machineClock,
  } = options;
  const log = createCallLog({ now: clock.monotonic });
  const scripts: ChatScript[] = [];
  const embeddingRefusals: Refusal[] = [];
  const closing = new AbortController();
  const faults: unknown[] = [];
  let respond: Responder = () => answer(defaultAnswer);

  const serve: Record<CallKind, (body: Body, exchange: Exchange, signal: AbortSignal) => unknown> =
    {
      async chat(body, exchange, signal) {
        const rules = ownRules(chatModels, body['model']);
        if (!rules) return sendRefusal(exchange, refuseModel(body['model']));
        const refusal = checkChatRequest(body, rules);
        if (refusal) return sendRefusal(exchange, refusal);
        if (options.refusesStreamOptions && 'stream_options' in body) {
          return sendRefusal(exchange, unrecognized('stream_options'));
        }
        const request = body as unknown as ChatRequest;
        const script = scripts.shift() ?? respond(request);
        if ('steps' in script) return playAnswer(script, { ...exchange, request, clock, signal });
        await exchange.call.pass(signal);
        sendRefusal(exchange, script);
      },

      async embeddings(body, exchange, signal) {
        const rules = ownRules(embeddingModels, body['model']);
        if (!rules) return sendRefusal(exchange, refuseModel(body['model']));
        await exchange.call.pass(signal);
        const result = embeddingRefusals.shift() ?? embed(body, rules);
        if (isRefusal(result)) return sendRefusal(exchange, result);
        sendJson(exchange, result);
      },

      models(_body, exchange) {
        const ids = [...Object.keys(chatModels), ...Object.keys(embeddingModels)];
        const data = ids.map((id) => ({ id, object: 'model', created: 0, owned_by: 'fake' }));
        sendJson(exchange, { object: 'list', data });
      },
    };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://fake').pathname;
    const kind = routes[`${request.method} ${path}`];
    const sent = await text(request);
    if (kind === undefined) {
      const { status, error } = refusals.unknownUrl(request.method ?? '', path);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error }));
      return;
    }
    const body = parseBody(sent);
    const call = log.begin({ kind, body: body ?? {} });
    const exchange = { response, call };
    const signal = AbortSignal.any([closing.signal, endOf(exchange, closing.signal)]);
    const refusal = checkKey(request.headers.authorization, options.apiKey);
    if (refusal) return sendRefusal(exchange, refusal);
    if (!body && kind !== 'models') {
      const message = 'We could not parse the JSON body of your request.';
      return sendRefusal(exchange, refusals.invalidRequest(message));
    }
    try {
      await serve[kind](body ?? {}, exchange, signal);
    } catch (error) {
      // A write may fail before the connection's end is told.
      if (signal.aborted || request.socket.destroyed) return;
      faults.push(error);
      response.destroy();
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A client that went before it had sent its request is no fault.
      if (request.complete) faults.push(error);
      response.destroy();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests: log.requests,
    until: log.until,
    stopAt: log.stopAt,
    script: (...next) => void scripts.push(...next),
    respond(responder) {
      respond = responder;
    },
    refuseEmbeddings: (...next) => void embeddingRefusals.push(...next),
    async close() {
      closing.abort(new Error('the fake is closing'));
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** Aborts when the connection is closed; whether by the client, it writes into the call's record. */
function endOf({ response, call }: Exchange, closing: AbortSignal): AbortSignal {
  const over = new AbortController();
  response.once('finish', () => call.ended());
  response.once('close', () => {
    if (closing.aborted) call.ended();
    else call.aborted();
    over.abort(new Error('the connection is closed'));
  });
  return over.signal;
}

function ownRules<Rules>(
  models: Readonly<Record<string, Rules>>,
  name: unknown,
): Rules | undefined {
  return typeof name === 'string' && Object.hasOwn(models, name) ? models[name] : undefined;
}

function refuseModel(model: unknown): Refusal {
  return typeof model === 'string' && model !== ''
    ? refusals.modelNotFound(model)
    : refusals.invalidRequest('you must provide a model parameter');
}

function checkKey(authorization = '', apiKey?: string): Refusal | undefined {
  if (apiKey === undefined || authorization === `Bearer ${apiKey}`) return undefined;
  const given = /^Bearer (.+)$/.exec(authorization)?.[1];
  return given === undefined ? refusals.missingApiKey() : refusals.invalidApiKey(given);
}

/** Undefined when it is not a JSON object. */
function parseBody(sent: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(sent);
    return isObject(body) ? body : undefined;
  } catch {
    // Answered with 400 by the caller.
    return undefined;
  }
}

function isRefusal(result: Body | Refusal): result is Refusal {
  return 'status' in result;
}
