/** Takes Slack's HTTP requests and hands them to Bolt; answers an event only when the listeners are done. */
import type { Receiver } from '@slack/bolt';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createDispatch, type Outcome } from './dispatch.ts';
import { createExpiringCache } from './expiring-cache.ts';
import { measuredDispatch } from './measured-dispatch.ts';
import { verifySignature } from './signature.ts';
import {
  isForm,
  isInteractionBody,
  readRequestBody,
  requestClaimsEvent,
  type SlackBody,
} from './slack-body.ts';

/** Slack's events are a few kilobytes; nobody unknown may make us read more than this. */
const maxBodyBytes = 1024 * 1024;
/** A signature is good for 5 minutes before and after its time; later the check of the time refuses it. */
const replayMs = 10 * 60_000;
const maxReplays = 10_000;

export interface SlackReceiver extends Receiver {
  /**
   * 200 when the request is dealt with or nothing to us, 400 for what has no shape of Slack's (an event of a shape that we do not know is nothing to us), 401 for a wrong signature or time, 413 above 1 MiB. 500 when an
   * event's listener failed: then Slack sends it again, three times within about six minutes. An interaction that failed before it was acknowledged gets a
   * sentence in its answer, and 500 where its answer has no place for one: then Slack says so to the person.
   */
  handle(request: Request): Promise<Response>;
}

/**
 * Bolt's own receivers acknowledge an event before its listeners ran. Throws `config_invalid` without a signing secret.
 *
 * A command or an interaction whose signature came before gets the answer of the first time and has no effect: Slack never sends one twice, so it is
 * somebody else, and pressing "ask again" twice would be two answers. This process alone remembers, up to 10,000 of them. Events are not held back: each has
 * one turn however often it comes, and Slack sends one again because the first time failed.
 */
export const createSlackReceiver = (deps: {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}): SlackReceiver => {
  const { signingSecret, clock, log } = deps;
  if (signingSecret === '')
    throw new BotError('config_invalid', { details: { setting: 'SLACK_SIGNING_SECRET' } });
  const { init, dispatch, idle } = measuredDispatch(createDispatch(deps), {
    ...deps,
    transport: 'http',
  });
  const outcomes = createExpiringCache<Outcome>({ clock, ttlMs: replayMs, maxEntries: maxReplays });

  const take = (body: SlackBody, { headers }: Request): Promise<Outcome> => {
    if (isInteractionBody(body))
      return outcomes.get(headers.get('x-slack-signature') ?? '', () => dispatch(body));
    return dispatch(body, { retryNum: Number(headers.get('x-slack-retry-num') ?? '0') || 0 });
  };

  return {
    init,
    start: async () => undefined,
    /** Resolves when no listener is running. */
    stop: idle,
    async handle(request) {
      const rawBody = await readBody(request);
      if (rawBody === undefined) return empty(413);
      if (isSslCheck(request, rawBody)) return empty(200);
      try {
        verifySignature(
          {
            rawBody,
            timestamp: request.headers.get('x-slack-request-timestamp'),
            signature: request.headers.get('x-slack-signature'),
          },
          { signingSecret, nowMs: clock.now() },
        );
      } catch (error) {
        const { code, details } = toBotError(error);
        log.warn('slack request refused', { ...details, code });
        return empty(401);
      }
      const body = readRequestBody(rawBody, request.headers.get('content-type'));
      if (body === undefined && requestClaimsEvent(rawBody)) {
        log.warn('slack event of an unknown shape');
        return empty(200);
      }
      if (body === undefined) return empty(400);
      if (body.type === 'url_verification') return Response.json({ challenge: body['challenge'] });
      const { acknowledged, answer } = await take(body, request);
      if (!acknowledged) return empty(500);
      return answer === undefined ? empty(200) : Response.json(answer);
    },
  };
};

const empty = (status: number): Response => new Response(null, { status });

/** Undefined as soon as the body is too large; the rest is not read. */
const readBody = async (request: Request): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of request.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Slack looks at the certificate with a form that is not signed. */
const isSslCheck = (request: Request, rawBody: Uint8Array): boolean =>
  isForm(request.headers.get('content-type')) &&
  new URLSearchParams(Buffer.from(rawBody).toString()).get('ssl_check') === '1';
