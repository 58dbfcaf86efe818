/** The errors that OpenAI's API answers with, word for word where its clients look at them. */

/** @see https://platform.openai.com/docs/guides/error-codes */
export interface VendorError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** An answer that is not an answer. */
export interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error: VendorError;
}

/** Which waits a 429 names; none when absent. */
export interface RetryAfter {
  readonly retryAfterS?: number;
  readonly retryAfterMs?: number;
}

export const refusals = {
  invalidRequest: (message: string, { param = null, code = null }: Partial<VendorError> = {}) =>
    refusal(400, { message, type: 'invalid_request_error', param, code }),

  missingApiKey: () =>
    refusal(401, {
      message: "You didn't provide an API key. You need to provide it in an Authorization header.",
      type: 'invalid_request_error',
    }),

  invalidApiKey: (key = 'sk-wrong-key-0000') =>
    refusal(401, {
      message: `Incorrect API key provided: ${key.slice(0, 8)}****${key.slice(-4)}.`,
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    }),

  modelNotFound: (model = 'no-such-model') =>
    refusal(404, {
      message: `The model \`${model}\` does not exist or you do not have access to it.`,
      type: 'invalid_request_error',
      code: 'model_not_found',
    }),

  contextLengthExceeded: ({ contextTokens = 8_192, promptTokens = 9_000, outputTokens = 0 } = {}) =>
    refusal(400, {
      message:
        `This model's maximum context length is ${contextTokens} tokens. However, you requested ` +
        `${promptTokens + outputTokens} tokens (${promptTokens} in the messages, ${outputTokens} ` +
        'in the completion). Please reduce the length of the messages or completion.',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    }),

  rateLimited: ({ retryAfterS, retryAfterMs }: RetryAfter = {}): Refusal => ({
    ...refusal(429, {
      message: 'Rate limit reached for requests. Please try again later.',
      type: 'requests',
      code: 'rate_limit_exceeded',
    }),
    headers: {
      ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
      ...(retryAfterMs === undefined ? {} : { 'retry-after-ms': String(retryAfterMs) }),
    },
  }),

  insufficientQuota: () =>
    refusal(429, {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    }),

  serverError: () =>
    refusal(500, {
      message: 'The server had an error while processing your request. Sorry about that!',
      type: 'server_error',
    }),

  overloaded: () =>
    refusal(503, {
      message: 'The engine is currently overloaded, please try again later.',
      type: 'server_error',
    }),

  unknownUrl: (method: string, path: string) =>
    refusal(404, {
      message: `Invalid URL (${method} ${path})`,
      type: 'invalid_request_error',
    }),
};

function refusal(
  status: number,
  error: Pick<VendorError, 'message' | 'type'> & Partial<VendorError>,
): Refusal {
  return { status, error: { param: null, code: null, ...error } };
}
