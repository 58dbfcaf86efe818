/** Renders an answer's events as the SSE frames of RAGFlow v1, with an `id` on each so that a reader can come back. */
import type { FinalEvent } from '../../src/domain/chat-event.ts';
import type { AnswerLogEntry } from '../../src/ports/answer-log.ts';
import { type Envelope, ragflowCodes, sentenceFor } from './envelope.ts';
import { renderReference } from './ragflow-reference.ts';

export interface Frame {
  /** What `Last-Event-ID` brings back. */
  readonly id?: string;
  readonly body: Envelope;
}

/** How far a reader has come; a frame's id holds all of it but `blank`. */
export interface ReaderState {
  /** The log's entry that was sent last; undefined before the first, and when the reader's place is not known. */
  readonly entryId: string | undefined;
  /** `thinking`: between `start_to_think` and `end_to_think`. `ended`: it has got all but the last frame. */
  readonly phase: Phase;
  /** It has got nothing yet that a reset would make it forget. */
  readonly blank: boolean;
}

type Phase = 'answering' | 'thinking' | 'ended';

/** What every frame names. */
export interface FrameSubject {
  readonly messageId: string;
  readonly conversationId: string;
  /** For `created_at`. */
  readonly nowMs: number;
}

/** What an id says besides the entry. */
const marks: Readonly<Record<Phase, string>> = { answering: '', thinking: '~think', ended: '~end' };

/** @param lastEventId As the client sent it; anything that is no place in a log begins anew, with a reset. */
export const readerAt = (lastEventId: string | undefined): ReaderState => {
  if (lastEventId === undefined) return { entryId: undefined, phase: 'answering', blank: true };
  const [, entryId] = /^(?!stored-)([\w.-]{1,64})(~think)?$/.exec(lastEventId) ?? [];
  const phase = (['ended', 'thinking'] as const).find((one) => lastEventId.endsWith(marks[one]));
  return { entryId, phase: phase ?? 'answering', blank: false };
};

/** The frames of one entry, none for a status, and the state after them. */
export const renderEntry = (
  state: ReaderState,
  { id, event }: AnswerLogEntry,
  subject: FrameSubject,
): { readonly frames: readonly Frame[]; readonly state: ReaderState } => {
  /** The frame that carries the entry itself, after those that lead to it. */
  const rendered = (body: Envelope, phase: Phase = 'answering') => ({
    frames: [...turnTo(phase, state, subject), { id: id + marks[phase], body }],
    state: { entryId: id, phase, blank: false },
  });
  switch (event.type) {
    case 'status':
      return { frames: [], state: { ...state, entryId: id } };
    case 'reset':
      return state.blank
        ? { frames: [], state: { ...state, entryId: id } }
        : rendered(normal({ ...deltaOf('', subject), reset: true, attempt: event.attempt }));
    case 'reasoning':
      return rendered(normal(deltaOf(event.text, subject)), 'thinking');
    case 'delta':
      return rendered(normal(deltaOf(event.text, subject)));
    case 'final':
      return rendered(normal(finalOf(event, subject)), 'ended');
    case 'error':
      return rendered(errorBody(event.code), 'ended');
  }
};

/** The marker between reasoning and the rest. Coming back to its id, the entry that follows is sent still. */
const turnTo = (phase: Phase, state: ReaderState, subject: FrameSubject): readonly Frame[] => {
  const thinks = phase === 'thinking';
  if (thinks === (state.phase === 'thinking')) return [];
  const marker = thinks ? 'start_to_think' : 'end_to_think';
  const body = normal({ ...deltaOf('', subject), [marker]: true });
  const { entryId } = state;
  if (entryId === undefined) return [{ body }];
  return [{ id: entryId + marks[thinks ? 'thinking' : 'answering'], body }];
};

/** Always the last one. */
export const endFrame: Frame = { body: { code: ragflowCodes.success, message: '', data: true } };

export const errorBody = (code: string): Envelope => {
  const message = sentenceFor(code);
  const data = { answer: `**ERROR**: ${message}`, reference: [] };
  return { code: ragflowCodes.server, message, data };
};

/** The final event's data; the text stands in `final_answer`, because clients append `answer`. */
export const finalOf = (event: FinalEvent, subject: FrameSubject) => ({
  answer: '',
  reference: event.reference.chunks.length === 0 ? {} : renderReference(event.reference),
  // RAGFlow's holds the text of the documents.
  prompt: '',
  created_at: subject.nowMs / 1_000,
  final: true,
  audio_binary: null,
  id: subject.messageId,
  session_id: subject.conversationId,
  final_answer: event.answer,
  ...(event.unfinished !== undefined && { unfinished: event.unfinished }),
});

/** `data:` without a space, as RAGFlow writes it. */
export const encodeFrame = ({ id, body }: Frame): string =>
  `${id === undefined ? '' : `id:${id}\n`}data:${JSON.stringify(body)}\n\n`;

const normal = (data: object): Envelope => ({ code: ragflowCodes.success, message: '', data });

const deltaOf = (text: string, subject: FrameSubject) => ({
  answer: text,
  reference: { chunks: [] },
  audio_binary: null,
  final: false,
  id: subject.messageId,
  session_id: subject.conversationId,
});
