/** Reads what a request brings, and refuses what it lacks in RAGFlow's words. */
import type { HonoRequest } from 'hono';
import type * as z from 'zod';
import { type ConversationId, isConversationId } from '../../src/domain/ids.ts';
import { argumentRefusal, dataRefusal, Refusal, ragflowCodes } from './envelope.ts';

/** The JSON object of the body. Throws a `Refusal`: HTTP 400 when it is none, 101 when a field is missing or wrong. */
export const readBody = async <Fields>(
  request: HonoRequest,
  schema: z.ZodType<Fields>,
  options: { readonly required: readonly string[] },
): Promise<Fields> => {
  const body = parseObject(await request.text());
  const missing = options.required.filter(
    (name) => body[name] === undefined || body[name] === null,
  );
  if (missing.length > 0) throw missingArguments(missing);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  // Zod names the place and what was expected, never the value.
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw argumentRefusal(`invalid argument: ${faults.slice(0, 10).join('; ')}`);
};

/** A parameter of the query. Throws a `Refusal` (101) when it is missing or empty. */
export const readQuery = (request: HonoRequest, name: string): string => {
  const value = request.query(name) ?? '';
  if (value === '') throw missingArguments([name]);
  return value;
};

/** Where a reader wants to go on; browsers send the header, the query is for those that can't set one. */
export const readLastEventId = (request: HonoRequest): string | undefined =>
  request.header('last-event-id') ?? request.query('last_event_id');

/** Throws a `Refusal` (102). */
export const readConversationId = (text: string): ConversationId => {
  if (isConversationId(text)) return text;
  throw dataRefusal(
    'A conversation_id is 32 lower-case hex characters: a UUID without its dashes.',
  );
};

/** A client's message id becomes part of keys and logs. Throws a `Refusal` (101). */
export const readMessageId = (text: string): string => {
  if (/^[\w.:-]{1,128}$/.test(text)) return text;
  throw argumentRefusal(
    'A message id is 1 to 128 characters: letters, digits, `_`, `.`, `:` and `-`.',
  );
};

const missingArguments = (names: readonly string[]): Refusal =>
  argumentRefusal(`required argument are missing: ${names.join(',')}; `);

const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // JSON.parse says only that it is no JSON, and quotes the text.
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Readonly<Record<string, unknown>>;
  }
  throw new Refusal(ragflowCodes.argument, 'The body is not a JSON object.', { status: 400 });
};
