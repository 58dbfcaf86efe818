/** The designed vocabulary of failure: a code, whether to try again, and the sentence that the person reads. */

interface ErrorRow {
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly level: 'info' | 'warn' | 'error';
  /** What the asker reads: plain, no blame, says what to do. Empty: the asker reads nothing. */
  readonly notice: string;
}

/** Every code, in alphabetical order. `docs/errors.md` lists the same ones. */
export const errorTable = {
  answer_cancelled: { retryable: false, level: 'info', notice: '' },
  /** A question that nobody put to the bot, and that its documents do not answer: it stays silent. */
  answer_withheld: { retryable: false, level: 'info', notice: '' },
  /** The rules of the place do not let this person ask, or not this. */
  asking_not_allowed: {
    retryable: false,
    level: 'info',
    notice: 'The rules of this place do not let me answer that. Its moderators can tell you more.',
  },
  asking_too_fast: {
    retryable: true,
    level: 'info',
    notice: 'That was a little fast for me: please wait a moment, then ask again.',
  },
  attempts_exhausted: {
    retryable: false,
    level: 'error',
    notice:
      'I tried three times and could not finish this answer. Please ask again in a while; my operator can see what went wrong.',
  },
  config_invalid: { retryable: false, level: 'error', notice: '' },
  conversation_not_found: { retryable: false, level: 'info', notice: '' },
  dialog_not_found: {
    retryable: false,
    level: 'error',
    notice:
      'The assistant for this place is not set up any more. Please ask my operator to check its settings.',
  },
  document_unreadable: { retryable: false, level: 'warn', notice: '' },
  /** The app is not installed there, or not any more: there is no token to speak with. */
  installation_missing: { retryable: false, level: 'warn', notice: '' },
  internal: {
    retryable: false,
    level: 'error',
    notice: 'Something is wrong on my side, and it has been noted. Please try again later.',
  },
  last_message_not_user: { retryable: false, level: 'info', notice: '' },
  lease_lost: { retryable: true, level: 'warn', notice: '' },
  model_auth_failed: {
    retryable: false,
    level: 'error',
    notice: 'The language model refuses my key. Please tell whoever runs me.',
  },
  model_context_overflow: {
    retryable: false,
    level: 'error',
    notice:
      'This question with its context is too long for the language model. Please ask a shorter one, or start a new thread.',
  },
  model_not_found: {
    retryable: false,
    level: 'error',
    notice: 'The language model that I am set to use does not exist. Please tell whoever runs me.',
  },
  model_protocol_invalid: {
    retryable: true,
    level: 'error',
    notice:
      'The language model sent something that I do not understand. Please tell whoever runs me.',
  },
  model_quota_exhausted: {
    retryable: false,
    level: 'error',
    notice: 'The budget for the language model is used up. Please tell whoever runs me.',
  },
  model_rate_limited: {
    retryable: true,
    level: 'warn',
    notice: 'The language model is busy. Please ask again in a minute.',
  },
  model_refused: {
    retryable: false,
    level: 'warn',
    notice: 'The language model refused to answer this. Please try other words.',
  },
  model_stalled: {
    retryable: true,
    level: 'warn',
    notice: 'The language model did not answer in time. Please ask again in a while.',
  },
  model_unavailable: {
    retryable: true,
    level: 'error',
    notice: 'I cannot reach the language model right now. Please ask again in a while.',
  },
  parameter_missing: {
    retryable: false,
    level: 'error',
    notice:
      'The prompt of this assistant needs a value that is not given. Please tell whoever runs me.',
  },
  payload_invalid: { retryable: false, level: 'error', notice: '' },
  platform_forbidden: {
    retryable: false,
    level: 'warn',
    notice:
      'I cannot write in the place where you asked, so there is no answer there. I was not invited, or it is closed, or I lack the right. Please invite me (in Slack with /invite and my name), or ask somebody who manages it, then ask again.',
  },
  platform_rate_limited: { retryable: true, level: 'info', notice: '' },
  platform_rejected: {
    retryable: false,
    level: 'error',
    notice:
      'I have an answer, but this place refuses its text: a filter or a rule forbids something in it. Please ask me in another place, or in a direct message.',
  },
  /** The bot's token is refused: until its operator mends that, nothing can be said. */
  platform_unauthorized: { retryable: true, level: 'error', notice: '' },
  platform_unavailable: { retryable: true, level: 'warn', notice: '' },
  /** The question was edited while it was answered: the answer begins anew. */
  question_edited: { retryable: false, level: 'info', notice: '' },
  question_empty: {
    retryable: false,
    level: 'info',
    notice: 'Hi! Ask me a question in the same message, and I will look it up in the documents.',
  },
  question_too_long: {
    retryable: false,
    level: 'info',
    notice:
      'This question is longer than 16,000 characters, so I did not read it. Please shorten it.',
  },
  queue_unavailable: { retryable: true, level: 'warn', notice: '' },
  reply_deleted: { retryable: false, level: 'info', notice: '' },
  reply_uneditable: { retryable: false, level: 'warn', notice: '' },
  /** A stored token that does not open: its key is not the one that sealed it, or it was changed. */
  secret_unreadable: { retryable: false, level: 'error', notice: '' },
  signature_invalid: { retryable: false, level: 'warn', notice: '' },
  store_unavailable: {
    retryable: true,
    level: 'error',
    notice: 'I cannot reach my database right now. Please ask again in a while.',
  },
  turn_conflict: { retryable: false, level: 'info', notice: '' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** What may be attached to an error or a log line: numbers, flags, ids and codes; never a person's or a document's text. */
export type SafeDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * The only error that crosses a border.
 *
 * @see docs/errors.md for each code's meaning
 */
export class BotError extends Error {
  readonly code: ErrorCode;
  /** Set when the other side said how long to wait. */
  readonly retryAfterMs: number | undefined;
  readonly details: SafeDetails;

  constructor(
    code: ErrorCode,
    options: { cause?: SafeCause; retryAfterMs?: number; details?: SafeDetails } = {},
  ) {
    super(code, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'BotError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.details = options.details ?? {};
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** What is kept of a vendor's error. Its message and body may hold the request, so they are left behind. */
export interface SafeCause {
  readonly name: string;
  readonly status?: number;
  readonly vendorCode?: string;
}

/** Keeps a vendor error's name, HTTP status and code (when it looks like a code: at most 64 of `A-Z a-z 0-9 _ . -`), nothing else. */
export const safeCause = (error: unknown): SafeCause => {
  if (typeof error !== 'object' || error === null) return { name: typeof error };
  const bag = error as Readonly<Record<string, unknown>>;
  const status = [bag['status'], bag['statusCode']].find((value) => typeof value === 'number');
  const code = bag['code'];
  return {
    name: error instanceof Error ? error.name : 'object',
    ...(status === undefined ? {} : { status: status as number }),
    ...(typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? { vendorCode: code } : {}),
  };
};

/** The error itself, or `internal` with what is safe to keep of an unknown one. */
export const toBotError = (error: unknown): BotError =>
  error instanceof BotError ? error : new BotError('internal', { cause: safeCause(error) });

/** The sentence that the asker reads for a code; empty when there is none. Whoever asks too fast reads how long to wait, where that is known. */
export const noticeFor = (
  code: ErrorCode,
  { retryAfterMs }: { readonly retryAfterMs?: number | undefined } = {},
): string => {
  const { notice } = errorTable[code];
  if (code !== 'asking_too_fast' || retryAfterMs === undefined) return notice;
  return notice.replace('a moment', sayDuration(retryAfterMs));
};

/** In whole seconds, minutes or hours, rounded up; at least a second. */
const sayDuration = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  if (seconds < 60) return `${seconds} ${seconds === 1 ? 'second' : 'seconds'}`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  const hours = Math.ceil(minutes / 60);
  return `${hours} ${hours === 1 ? 'hour' : 'hours'}`;
};
