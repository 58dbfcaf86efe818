import { describe, expect, test } from 'vitest';
import { createOpenAiClient } from '../../../../src/drivers/openai/openai-client.ts';
import {
  isUnknownParameter,
  translateError,
} from '../../../../src/drivers/openai/translate-error.ts';
import { sendJson, startRawServer } from './start-raw-server.ts';

const nowMs = Date.UTC(2026, 0, 5, 9);

/** What the SDK throws when a server answers so. */
const errorFor = async (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> => {
  const server = await startRawServer((response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (typeof body === 'string') response.writeHead(status).end(body);
    else sendJson(response, status, body);
  });
  try {
    const client = createOpenAiClient({ baseUrl: server.baseUrl });
    return await client.chat.completions
      .create({ model: 'any', messages: [] })
      .catch((error: unknown) => error);
  } finally {
    await server.close();
  }
};

const translated = async (...args: Parameters<typeof errorFor>) =>
  translateError(await errorFor(...args), { nowMs });

describe('a context that is too long', () => {
  test.each([
    [
      'OpenAI',
      400,
      { error: { code: 'context_length_exceeded', message: 'Please reduce the length.' } },
    ],
    [
      'vLLM',
      400,
      { error: { message: "This model's maximum context length is 4096 tokens.", code: 400 } },
    ],
    [
      'older vLLM, without the key error',
      400,
      { object: 'error', message: "This model's maximum context length is 4096 tokens." },
    ],
    [
      'vLLM, of the output',
      400,
      {
        error: {
          message: "'max_tokens' is too large: 8192. This model's maximum context length is 8192",
        },
      },
    ],
    [
      'llama.cpp',
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size.',
          type: 'exceed_context_size_error',
        },
      },
    ],
    [
      'older llama.cpp',
      500,
      { error: { code: 500, message: 'the request exceeds the available context size.' } },
    ],
    [
      'LM Studio',
      400,
      {
        error:
          'The number of tokens to keep from the initial prompt is greater than the context length.',
      },
    ],
    [
      'LM Studio, loaded with less',
      400,
      { error: 'However, the model is loaded with context length of only 4096 tokens' },
    ],
    ['Ollama', 400, { error: { message: 'input length exceeds the context length' } }],
    [
      'Ollama, of a chat',
      400,
      { error: 'prompt too long; exceeded max context length by 4 tokens' },
    ],
    [
      'text-generation-inference',
      422,
      { error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096' },
    ],
    ['a gateway', 413, 'Payload Too Large'],
  ])('is known in the words of %s', async (_server, status, body) => {
    expect((await translated(status, body)).code).toBe('model_context_overflow');
  });
});

test.each([
  [401, { error: { message: 'Incorrect API key' } }, 'model_auth_failed'],
  [403, 'Forbidden', 'model_auth_failed'],
  [402, { error: { message: 'Insufficient Balance' } }, 'model_quota_exhausted'],
  [404, { error: { message: 'model "x" not found, try pulling it first' } }, 'model_not_found'],
  [400, { error: { message: 'acme/x is not a valid model ID' } }, 'model_not_found'],
  [400, { error: { message: 'The model `x` does not exist.' } }, 'model_not_found'],
  [400, { error: { code: 'content_filter', message: 'Filtered.' } }, 'model_refused'],
  [
    400,
    { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] },
    'model_protocol_invalid',
  ],
  [408, 'Request Timeout', 'model_unavailable'],
  [429, { error: { code: 'rate_limit_exceeded' } }, 'model_rate_limited'],
  [429, { error: { type: 'insufficient_quota' } }, 'model_quota_exhausted'],
  [500, { error: { message: 'The server had an error' } }, 'model_unavailable'],
  [502, '<html>Bad Gateway</html>', 'model_unavailable'],
  [503, { error: { message: 'Loading model', code: 503 } }, 'model_unavailable'],
] as const)('%s %j is %s', async (status, body, code) => {
  expect((await translated(status, body)).code).toBe(code);
});

test('keeps the status and none of the words of the body', async () => {
  const error = await translated(400, {
    error: { message: 'axolotl', param: 'axolotl', type: 'axolotl', code: 'axolotl' },
  });
  expect(error.cause).toEqual({ name: 'Error', status: 400 });
  expect(JSON.stringify([error, error.message, error.cause, error.details])).not.toContain(
    'axolotl',
  );
});

describe('the wait that a server asks for', () => {
  test.each([
    [{ 'retry-after-ms': '1500.2' }, 1_501],
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after-ms': '20', 'retry-after': '7' }, 20],
    [{ 'retry-after': 'Mon, 05 Jan 2026 09:00:12 GMT' }, 12_000],
    [{ 'retry-after': 'Mon, 05 Jan 2026 08:00:00 GMT' }, 0],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{}, undefined],
  ])('is read from %j', async (headers, expected) => {
    const error = await translated(429, { error: {} }, headers as Record<string, string>);
    expect(error.retryAfterMs).toBe(expected);
  });
});

describe('a parameter that the server does not know', () => {
  test.each([
    [{ error: { message: 'Unrecognized request argument supplied: stream_options' } }, 400],
    [{ error: { message: "property 'stream_options' is unsupported" } }, 400],
    [
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'stream_options', 'include_usage'] }] },
      422,
    ],
  ])('is seen in %j', async (body, status) => {
    expect(isUnknownParameter(await errorFor(status, body), 'stream_options')).toBe(true);
  });

  test.each([
    [{ error: { message: 'max_tokens is too large: 100000.', code: 'invalid_value' } }, 400],
    [{ error: { message: "'max_tokens' is not supported beyond the context length" } }, 400],
    [{ error: { message: 'Unknown parameter: top_k' } }, 400],
    [{ error: { message: 'Unknown parameter: max_tokens' } }, 500],
  ])('is not seen in %j', async (body, status) => {
    expect(isUnknownParameter(await errorFor(status, body), 'max_tokens')).toBe(false);
  });
});

test('an error of our own program stays internal', () => {
  expect(translateError(new RangeError('axolotl'), { nowMs })).toMatchObject({
    code: 'internal',
    cause: { name: 'RangeError' },
  });
});
