/** What Slack sends over a Socket Mode connection. */
import * as z from 'zod';

/** One event, command or interaction. Slack waits 3 s for its acknowledgement and then sends it again, an event at least. */
export interface SocketEnvelope {
  readonly envelopeId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Whether the acknowledgement may carry something to show. */
  readonly acceptsResponse: boolean;
  readonly retryNum: number;
  readonly retryReason?: string;
}

export type SocketFrame =
  | { readonly kind: 'hello' }
  /** Slack will close the connection: `reason` is `warning` (within seconds), `refresh_requested`, `link_disabled`, `too_many_websockets`, or new. */
  | { readonly kind: 'disconnect'; readonly reason: string }
  | { readonly kind: 'envelope'; readonly envelope: SocketEnvelope }
  | { readonly kind: 'unknown' };

const frameSchema = z.union([
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('disconnect'), reason: z.string().catch('') }),
  z.object({
    type: z.string(),
    envelope_id: z.string().min(1),
    payload: z.looseObject({}),
    accepts_response_payload: z.boolean().nullish(),
    retry_attempt: z.number().nullish(),
    retry_reason: z.string().nullish(),
  }),
]);

/** @see https://docs.slack.dev/apis/events-api/using-socket-mode */
export const parseSocketFrame = (text: string): SocketFrame => {
  const frame = parseJson(text);
  if (frame === undefined) return { kind: 'unknown' };
  if (!('envelope_id' in frame))
    return frame.type === 'hello'
      ? { kind: 'hello' }
      : { kind: 'disconnect', reason: 'reason' in frame ? frame.reason : '' };
  const { retry_reason: retryReason } = frame;
  return {
    kind: 'envelope',
    envelope: {
      envelopeId: frame.envelope_id,
      payload: frame.payload,
      acceptsResponse: frame.accepts_response_payload === true,
      retryNum: frame.retry_attempt ?? 0,
      ...(retryReason ? { retryReason } : {}),
    },
  };
};

const parseJson = (text: string): z.infer<typeof frameSchema> | undefined => {
  try {
    return frameSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // JSON.parse says only that it is no JSON, and quotes the text.
    return undefined;
  }
};
