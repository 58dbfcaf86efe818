/** The vendor's SDK, made to do only what it is told: no retries, no log, no environment, errors of any shape readable. */
import OpenAI from 'openai';

export interface OpenAiEndpoint {
  /** Absent: no `Authorization` header, as local servers want it. */
  readonly apiKey?: string;
  /** Ends in `/v1` or what stands for it. */
  readonly baseUrl: string;
}

/** The SDK's own timer never fires before our limits do: it is the longest that a Node timer can take. */
const neverMs = 2 ** 31 - 1;

/** Opens no connection. */
export const createOpenAiClient = ({ apiKey, baseUrl }: OpenAiEndpoint): OpenAI =>
  new OpenAI({
    apiKey: apiKey ?? 'none',
    ...(apiKey === undefined ? { defaultHeaders: { authorization: null } } : {}),
    baseURL: baseUrl,
    // What is not given, the SDK would read from the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: neverMs,
    // Its log holds whole lines of the answer when one of them is no JSON.
    logLevel: 'off',
    fetch: fetchWithReadableErrors,
  });

/**
 * The SDK reads an error's body only below the key `error`. Older vLLM has its fields on the top (`{object: 'error', message}`), FastAPI says `detail`,
 * proxies send plain text: those are put below the key.
 *
 * @see https://github.com/vllm-project/vllm/pull/20374
 */
const fetchWithReadableErrors: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok) return response;
  const { status, headers } = response;
  return new Response(JSON.stringify({ error: errorIn(await response.text()) }), {
    status,
    headers,
  });
};

const errorIn = (body: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(body);
    const isBag = typeof parsed === 'object' && parsed !== null;
    return isBag && 'error' in parsed ? parsed.error : parsed;
  } catch {
    // No JSON: the text is all there is.
    return body;
  }
};
