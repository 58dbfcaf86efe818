/** Answers embedding requests with vectors that depend on the words alone. */
import { type Body, unrecognized } from './check-chat-request.ts';
import { type Refusal, refusals } from './refusals.ts';

export interface EmbeddingModelRules {
  readonly dimensions: number;
  /** The longest input, in words and signs; default without limit. */
  readonly maxInputTokens?: number;
  /** The most inputs in one call; default OpenAI's 2,048. */
  readonly maxInputs?: number;
  /** Whether `dimensions` may ask for shorter vectors; default false. */
  readonly canShorten?: boolean;
}

const fields = new Set(['model', 'input', 'dimensions', 'encoding_format', 'user']);
const words = /[\p{L}\p{N}]+/gu;

/** The response's body, or why there is none. */
export function embed(body: Body, rules: EmbeddingModelRules): Body | Refusal {
  const unknown = Object.keys(body).find((field) => !fields.has(field));
  if (unknown !== undefined) return unrecognized(unknown);
  const inputs = typeof body['input'] === 'string' ? [body['input']] : body['input'];
  const { dimensions = rules.dimensions, encoding_format: encoding = 'float' } = body;
  if (!isTexts(inputs)) {
    return invalid("'input' must be a string or an array of strings, none of them empty.", 'input');
  }
  const { maxInputs = 2_048, maxInputTokens = Number.POSITIVE_INFINITY } = rules;
  if (inputs.length > maxInputs) {
    return invalid(`'input' must have at most ${maxInputs} items, got ${inputs.length}.`, 'input');
  }
  const counts = inputs.map(countWords);
  const longest = Math.max(...counts);
  if (longest > maxInputTokens) {
    return refusals.contextLengthExceeded({ contextTokens: maxInputTokens, promptTokens: longest });
  }
  if (encoding !== 'float' && encoding !== 'base64') {
    return invalid("'encoding_format' must be 'float' or 'base64'.", 'encoding_format');
  }
  if (typeof dimensions !== 'number' || !isLength(dimensions, rules)) {
    return invalid('This model does not support specifying dimensions.', 'dimensions');
  }
  const promptTokens = counts.reduce((sum, count) => sum + count, 0);
  return {
    object: 'list',
    data: inputs.map((text, index) => {
      const vector = hashedVector(text, dimensions);
      const embedding = encoding === 'float' ? [...vector] : toBase64(vector);
      return { object: 'embedding', index, embedding };
    }),
    model: body['model'],
    usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
  };
}

/**
 * A bag of words of unit length: every word, whatever its case, adds 1 or -1 at a place that its hash chooses. Texts that
 * share words are near; a text without words is one word.
 */
export function hashedVector(text: string, dimensions: number): Float32Array {
  return hashWords(text.toLowerCase().match(words) ?? [text], dimensions);
}

function hashWords(tokens: readonly string[], dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  for (const token of tokens) {
    const hash = fnv1a(token);
    const place = (hash >>> 1) % dimensions;
    sums[place] = (sums[place] ?? 0) + (hash & 1 ? 1 : -1);
  }
  const length = Math.hypot(...sums);
  // Words that cancel each other out leave no direction; together they are one word.
  if (length === 0) return hashWords([tokens.join(' ')], dimensions);
  return Float32Array.from(sums, (value) => value / length);
}

function fnv1a(word: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(word)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Little-endian floats, as the API encodes them. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function isTexts(inputs: unknown): inputs is readonly string[] {
  if (!Array.isArray(inputs) || inputs.length === 0) return false;
  return inputs.every((text) => typeof text === 'string' && text !== '');
}

function isLength(dimensions: number, rules: EmbeddingModelRules): boolean {
  if (dimensions === rules.dimensions) return true;
  return rules.canShorten === true && dimensions >= 1 && dimensions < rules.dimensions;
}

function countWords(text: string): number {
  return text.match(words)?.length ?? 1;
}

function invalid(message: string, param: string): Refusal {
  return refusals.invalidRequest(message, { param });
}
