/** Takes Slack's HTTP requests and hands them to Bolt; answers only when the listeners are done. */
import type { App, Receiver } from '@slack/bolt';
import * as z from 'zod';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { verifySignature } from './signature.ts';

/** Slack's events are a few kilobytes; nobody unknown may make us read more than this. */
const maxBodyBytes = 1024 * 1024;

export interface SlackReceiver extends Receiver {
  /**
   * 200 when the event is dealt with or nothing to us, 400 for what is no event, 401 for a wrong signature or time, 413 above 1 MiB, and 500 when a
   * listener failed: then Slack sends the event again, three times within about six minutes.
   */
  handle(request: Request): Promise<Response>;
}

const bodySchema = z.looseObject({
  type: z.string(),
  challenge: z.string().optional(),
  event: z.looseObject({ type: z.string() }).optional(),
});

/** Bolt's own receivers acknowledge an event before its listeners ran. Throws `config_invalid` without a signing secret. */
export const createSlackReceiver = (deps: {
  readonly signingSecret: string;
  readonly now: () => number;
  readonly log: Log;
}): SlackReceiver => {
  const { signingSecret, now, log } = deps;
  if (signingSecret === '')
    throw new BotError('config_invalid', { details: { setting: 'SLACK_SIGNING_SECRET' } });
  let app: App | undefined;

  const dispatch = async (
    body: z.infer<typeof bodySchema>,
    request: Request,
  ): Promise<Response> => {
    const retryNum = Number(request.headers.get('x-slack-retry-num') ?? '0');
    if (retryNum > 0) log.info('slack sends an event again', { retryNum });
    try {
      // Bolt calls `ack` for every event before the listeners; what counts is that all of them ended.
      if (app === undefined) throw new BotError('internal', { details: { receiver: 'slack' } });
      await app.processEvent({ body, ack: async () => undefined, retryNum });
      return empty(200);
    } catch (error) {
      const { code } = failureOf(error);
      // Nobody there to answer: sent again it would end the same way.
      if (code === 'installation_missing') {
        log.warn('slack event of a workspace without an installation');
        return empty(200);
      }
      log.error('slack event not taken in', { code, retryNum });
      return empty(500);
    }
  };

  return {
    init(added) {
      app = added;
    },
    start: async () => undefined,
    stop: async () => undefined,
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
          { signingSecret, nowMs: now() },
        );
      } catch (error) {
        const { code, details } = toBotError(error);
        log.warn('slack request refused', { ...details, code });
        return empty(401);
      }
      const body = parseBody(rawBody);
      if (body === undefined) return empty(400);
      if (body.type === 'url_verification') return Response.json({ challenge: body.challenge });
      return dispatch(body, request);
    },
  };
};

/** Bolt wraps what `authorize` failed with. */
const failureOf = (error: unknown): BotError => {
  const original = error instanceof Error && 'original' in error ? error.original : undefined;
  return toBotError(original instanceof BotError ? original : error);
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
  request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true &&
  new URLSearchParams(Buffer.from(rawBody).toString()).get('ssl_check') === '1';

/** Undefined for what is not JSON, or has not the shape of an event. */
const parseBody = (rawBody: Uint8Array): z.infer<typeof bodySchema> | undefined => {
  try {
    return bodySchema.safeParse(JSON.parse(Buffer.from(rawBody).toString())).data;
  } catch {
    // JSON.parse says only that it is no JSON, and quotes the text.
    return undefined;
  }
};
