/** What Slack shows a person at once when their command or form could not be taken in. */
import { type ErrorCode, noticeFor } from '../../src/domain/errors.ts';
import type { SlackInteractionBody } from './slack-body.ts';
import { inputBlockId, reasonViewId } from './views.ts';

/** @see https://docs.slack.dev/interactivity/implementing-slash-commands#responding_to_commands */
export interface OnlyYou {
  readonly response_type: 'ephemeral';
  readonly text: string;
}

/** @see https://docs.slack.dev/surfaces/modals#displaying_errors */
export interface InputError {
  readonly response_action: 'errors';
  readonly errors: { [blockId: string]: string };
}

/** The body of an acknowledgement. */
export type AckAnswer = OnlyYou | InputError;

/** Who asked asks again; who says what was wrong with an answer has nothing to ask. */
const ofQuestion = {
  late: 'This takes longer than usual. If no answer comes within a minute, please ask again.',
  failed: (code: ErrorCode) => noticeFor(code) || noticeFor('internal'),
};
const ofReason = {
  late: 'This takes longer than usual. Please send it once more.',
  failed: () => 'This could not be noted. Please send it once more in a while.',
};

/** A message that only the person sees; the answer to a command. */
export const onlyYou = (text: string): OnlyYou => ({ response_type: 'ephemeral', text });

/** Keeps the form open with the sentence under its input. */
export const inputError = (text: string): InputError => ({
  response_action: 'errors',
  errors: { [inputBlockId]: text },
});

/** Undefined where an answer has no place for a sentence: not acknowledged, Slack itself tells the person that it failed. */
export const failureAnswer = (body: SlackInteractionBody, code: ErrorCode): AckAnswer | undefined =>
  sentenceFor(body, sentencesOf(body).failed(code));

/** The listeners are still at work; a second try finds what the first one stored. Undefined as above. */
export const lateAnswer = (body: SlackInteractionBody): AckAnswer | undefined =>
  sentenceFor(body, sentencesOf(body).late);

const sentencesOf = (body: SlackInteractionBody) =>
  body.type === 'view_submission' && body.view?.callback_id === reasonViewId
    ? ofReason
    : ofQuestion;

const sentenceFor = (body: SlackInteractionBody, sentence: string): AckAnswer | undefined => {
  if (body['command'] !== undefined) return onlyYou(sentence);
  return body.type === 'view_submission' ? inputError(sentence) : undefined;
};
