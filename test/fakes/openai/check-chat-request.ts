/** Refuses the chat requests that OpenAI's API refuses, with its own words and codes. */
import { splitTokens } from './chat-script.ts';
import { type Refusal, refusals } from './refusals.ts';

export interface ChatMessage {
  readonly role: string;
  readonly content: string | null | readonly { readonly type: string; readonly text?: string }[];
}

/** A request that passed the check. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

/** In what a model is stricter than the protocol. */
export interface ChatModelRules {
  /** Input and output together, counted as `countPromptTokens` does; default without limit. */
  readonly contextTokens?: number;
  /** Any other temperature than 1 is refused, as by reasoning models; default false. */
  readonly onlyDefaultTemperature?: boolean;
  /** Under which name the length of the output may be limited: newer models refuse `max_tokens`, old servers the other. */
  readonly outputLimit?: 'max_tokens' | 'max_completion_tokens';
}

export type Body = Readonly<Record<string, unknown>>;

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];
const fields = new Set(
  (
    'model messages stream stream_options temperature max_tokens max_completion_tokens top_p n stop seed user ' +
    'presence_penalty frequency_penalty logit_bias logprobs top_logprobs response_format tools tool_choice ' +
    'parallel_tool_calls reasoning_effort verbosity service_tier store metadata'
  ).split(' '),
);

/** What is wrong with the request, or undefined: then the body is a `ChatRequest`. */
export function checkChatRequest(body: Body, rules: ChatModelRules): Refusal | undefined {
  return (
    checkFields(body) ??
    checkMessages(body['messages']) ??
    checkStream(body) ??
    checkTemperature(body['temperature'], rules) ??
    checkOutputLimit(body, rules) ??
    checkLength(body as unknown as ChatRequest, rules)
  );
}

/** Roughly what the messages cost: their words and signs, and four for each message. */
export function countPromptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, message) => sum + 4 + splitTokens(textOf(message)).length, 0);
}

export function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text = '' }) => text).join('');
}

function checkFields(body: Body): Refusal | undefined {
  const unknown = Object.keys(body).find((field) => !fields.has(field));
  return unknown === undefined ? undefined : unrecognized(unknown);
}

function checkMessages(messages: unknown): Refusal | undefined {
  if (messages === undefined) {
    return invalid(
      "Missing required parameter: 'messages'.",
      'messages',
      'missing_required_parameter',
    );
  }
  if (!Array.isArray(messages)) {
    return invalid(
      "Invalid type for 'messages': expected an array of objects.",
      'messages',
      'invalid_type',
    );
  }
  if (messages.length === 0) {
    return invalid(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  for (const [index, message] of messages.entries()) {
    const refusal = checkMessage(message, `messages[${index}]`);
    if (refusal) return refusal;
  }
  return undefined;
}

function checkMessage(message: unknown, param: string): Refusal | undefined {
  if (!isObject(message)) {
    return invalid(`Invalid type for '${param}': expected an object.`, param, 'invalid_type');
  }
  const { role, content } = message;
  if (typeof role !== 'string' || !roles.includes(role)) {
    const supported = roles.map((each) => `'${each}'`).join(', ');
    return invalid(
      `Invalid value: '${String(role)}'. Supported values are: ${supported}.`,
      `${param}.role`,
      'invalid_value',
    );
  }
  const isText = typeof content === 'string' || (Array.isArray(content) && content.every(isPart));
  const mayBeEmpty = role === 'assistant' && (content ?? null) === null && 'tool_calls' in message;
  if (isText || mayBeEmpty) return undefined;
  return invalid(
    `Invalid type for '${param}.content': expected one of a string or array of objects.`,
    `${param}.content`,
    'invalid_type',
  );
}

function checkStream({ stream, stream_options: options }: Body): Refusal | undefined {
  if (stream !== undefined && typeof stream !== 'boolean') {
    return invalid("Invalid type for 'stream': expected a boolean.", 'stream', 'invalid_type');
  }
  if (options === undefined) return undefined;
  if (!stream) {
    return invalid(
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      'stream_options',
    );
  }
  if (isObject(options)) return undefined;
  return invalid(
    "Invalid type for 'stream_options': expected an object.",
    'stream_options',
    'invalid_type',
  );
}

function checkTemperature(temperature: unknown, rules: ChatModelRules): Refusal | undefined {
  if (temperature === undefined || temperature === null) return undefined;
  if (typeof temperature !== 'number') {
    return invalid(
      "Invalid type for 'temperature': expected a decimal.",
      'temperature',
      'invalid_type',
    );
  }
  if (temperature < 0 || temperature > 2) {
    return invalid(
      `Invalid 'temperature': ${temperature} is not between 0 and 2.`,
      'temperature',
      temperature < 0 ? 'decimal_below_min_value' : 'decimal_above_max_value',
    );
  }
  if (!rules.onlyDefaultTemperature || temperature === 1) return undefined;
  return invalid(
    `Unsupported value: 'temperature' does not support ${temperature} with this model. Only the default (1) value is supported.`,
    'temperature',
    'unsupported_value',
  );
}

function checkOutputLimit(body: Body, { outputLimit }: ChatModelRules): Refusal | undefined {
  const given = ['max_tokens', 'max_completion_tokens'].filter(
    (name) => (body[name] ?? null) !== null,
  );
  if (given.length > 1) {
    return invalid(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  const [name] = given;
  if (name === undefined) return undefined;
  const limit = body[name];
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
    return invalid(`Invalid '${name}': expected an integer >= 1.`, name, 'integer_below_min_value');
  }
  if (outputLimit === undefined || outputLimit === name) return undefined;
  if (outputLimit === 'max_tokens') return unrecognized(name);
  return invalid(
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'max_tokens',
    'unsupported_parameter',
  );
}

function checkLength(request: ChatRequest, { contextTokens }: ChatModelRules): Refusal | undefined {
  if (contextTokens === undefined) return undefined;
  const promptTokens = countPromptTokens(request.messages);
  const outputTokens = request.max_completion_tokens ?? request.max_tokens ?? 0;
  if (promptTokens + outputTokens <= contextTokens) return undefined;
  return refusals.contextLengthExceeded({ contextTokens, promptTokens, outputTokens });
}

/** How servers answer to a field that they do not know. */
export function unrecognized(field: string): Refusal {
  return refusals.invalidRequest(`Unrecognized request argument supplied: ${field}`);
}

function invalid(message: string, param: string, code: string | null = null): Refusal {
  return refusals.invalidRequest(message, { param, code });
}

function isPart(part: unknown): boolean {
  return isObject(part) && typeof part['type'] === 'string';
}

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
