/** RAGFlow's envelope `{code, message, data}`, and what a caller reads when a request is refused. */
import { type ErrorCode, errorTable, noticeFor, toBotError } from '../../src/domain/errors.ts';

/** The codes of RAGFlow v1 that we use. */
export const ragflowCodes = {
  success: 0,
  exception: 100,
  argument: 101,
  data: 102,
  connection: 105,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  tooLarge: 413,
  server: 500,
} as const;

export interface Envelope {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
  /** A code of ours, for programs; only on refusals. */
  readonly error?: string;
}

export const success = (data: unknown): Envelope => ({
  code: ragflowCodes.success,
  message: 'success',
  data,
});

type RefusalStatus = 200 | 400 | 401 | 403 | 413 | 500 | 503;

/** Ends a request with a refusal. As in RAGFlow the HTTP status is 200 for most of them; the envelope's code tells. */
export class Refusal extends Error {
  readonly code: number;
  readonly status: RefusalStatus;
  readonly error: ErrorCode | undefined;

  constructor(
    code: number,
    message: string,
    options: { readonly status?: RefusalStatus; readonly error?: ErrorCode } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.status = options.status ?? 200;
    this.error = options.error;
  }

  /** RAGFlow's data errors have no `data`. */
  get envelope(): Envelope {
    return {
      code: this.code,
      message: this.message,
      ...(this.code !== ragflowCodes.data && { data: null }),
      ...(this.error !== undefined && { error: this.error }),
    };
  }
}

export const dataRefusal = (message: string, error?: ErrorCode): Refusal =>
  new Refusal(ragflowCodes.data, message, error === undefined ? {} : { error });

export const argumentRefusal = (message: string): Refusal =>
  new Refusal(ragflowCodes.argument, message);

/** What a failure says to the caller; nothing of an unknown error gets out. */
export const refusalOf = (failure: unknown): Refusal => {
  if (failure instanceof Refusal) return failure;
  const { code } = toBotError(failure);
  switch (code) {
    case 'conversation_not_found':
      return dataRefusal('Conversation not found!', code);
    case 'dialog_not_found':
      return dataRefusal('Dialog not found', code);
    case 'question_empty':
    case 'question_too_long':
      return dataRefusal(noticeFor(code), code);
    case 'store_unavailable':
      return new Refusal(ragflowCodes.connection, noticeFor(code), { status: 503, error: code });
    default:
      return new Refusal(ragflowCodes.exception, noticeFor('internal'), {
        status: 500,
        error: code,
      });
  }
};

/** The sentence for the code of a turn that ended without an answer; never empty. */
export const sentenceFor = (code: string): string => {
  if (code === 'answer_cancelled' || code === 'cancelled') return 'This answer was stopped.';
  const known = Object.hasOwn(errorTable, code) ? noticeFor(code as ErrorCode) : '';
  return known === '' ? noticeFor('internal') : known;
};
