/** Turns what the SDK throws into the codes of the house. Reads the vendor's words to tell errors apart, and keeps none of them. */
import { APIConnectionError, APIError } from 'openai';
import { BotError, type ErrorCode, safeCause } from '../../domain/errors.ts';

/**
 * How servers say that the input is too long: OpenAI and vLLM (`maximum context length`, `maximum model length`), llama.cpp (`exceeds the available context
 * size`), LM Studio (`greater than the context length`), Ollama (`exceeds the context length`, `prompt too long`), text-generation-inference
 * (`inputs tokens + max_new_tokens`).
 */
const overflow =
  /context_length_exceeded|exceed_context_size|context[ _](?:length|size|window)|maximum model length|prompt (?:is )?too long|max_new_tokens/i;
const quota = /insufficient_quota|billing|credit|balance/i;
const refusal =
  /content_filter|content_policy|content policy|content management policy|moderation|invalid_prompt/i;
const noModel = /model_not_found|not a valid model|model[^.]{0,80}(?:not found|does not exist)/i;
/** How servers say that they do not know a parameter, as opposed to not liking its value. */
const unknownParameter =
  /unsupported|not supported|unrecogni[sz]ed|unknown|unexpected|extra|not permitted|not allowed|forbidden/i;

/** @param options.nowMs Milliseconds since the epoch: `retry-after` may be a date. */
export const translateError = (error: unknown, { nowMs }: { readonly nowMs: number }): BotError => {
  if (error instanceof BotError) return error;
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    const retryAfterMs = readRetryAfterMs(error.headers, nowMs);
    return new BotError(codeOf(error), {
      // Its code stands in the body, which some servers fill with what they were sent.
      cause: { name: error.name, ...(error.status === undefined ? {} : { status: error.status }) },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  const cause = safeCause(rootOf(error));
  if (error instanceof SyntaxError) return new BotError('model_protocol_invalid', { cause });
  // `fetch` throws a TypeError with a cause when the network failed, and without one for a request that it cannot send.
  const isNetwork =
    error instanceof APIConnectionError || (error instanceof TypeError && 'cause' in error);
  return new BotError(isNetwork ? 'model_unavailable' : 'internal', { cause });
};

/** Whether the server refused the request because it does not know this parameter. */
export const isUnknownParameter = (error: unknown, parameter: string): boolean => {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return false;
  const words = wordsOf(error);
  return words.includes(parameter) && unknownParameter.test(words) && !overflow.test(words);
};

/** An error in mid-stream has no status: its words and its own code decide. */
const codeOf = (error: APIError): ErrorCode => {
  const words = wordsOf(error);
  const status = error.status ?? Number(error.code);
  if (status === 401 || status === 403) return 'model_auth_failed';
  if (status === 402) return 'model_quota_exhausted';
  if (status === 429) return quota.test(words) ? 'model_quota_exhausted' : 'model_rate_limited';
  if (status === 413 || overflow.test(words)) return 'model_context_overflow';
  if (status === 404 || noModel.test(words)) return 'model_not_found';
  if (refusal.test(words)) return 'model_refused';
  return status >= 400 && status < 500 && status !== 408
    ? 'model_protocol_invalid'
    : 'model_unavailable';
};

const wordsOf = (error: APIError): string => JSON.stringify(error.error ?? error.message);

/** `fetch` hides the system's error, with its code, below its own. */
const rootOf = (error: unknown): unknown =>
  error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;

const readRetryAfterMs = (headers: Headers | undefined, nowMs: number): number | undefined => {
  const exact = headers?.get('retry-after-ms');
  if (isCount(exact)) return Math.ceil(Number(exact));
  const after = headers?.get('retry-after');
  if (isCount(after)) return Math.ceil(Number(after) * 1_000);
  // `Date.parse` takes `-5` for a year.
  const date = /^\p{L}{3}, /u.test(after ?? '') ? Date.parse(after ?? '') : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
};

const isCount = (text: string | null | undefined): boolean =>
  text !== null && text !== undefined && /^\s*\d+(?:\.\d+)?\s*$/.test(text);
