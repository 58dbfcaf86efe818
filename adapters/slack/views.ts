/** The forms that Slack shows for us: to ask about a message, and to say what was wrong with an answer. */
import * as z from 'zod';
import { slackId, slackTs } from './slack-ids.ts';

export type SlackView = Readonly<Record<string, unknown>>;

/** `callback_id` of each. */
export const askViewId = 'footnote_ask_view';
export const reasonViewId = 'footnote_reason_view';

/** Of the one input that each has, its block's and its own. */
export const inputBlockId = 'footnote_input';

/** Slack's own limit of an input. */
const maxInputChars = 3_000;
const maxReasonChars = 1_000;

/** What the form to ask carries: ids, for anybody's client can read it. */
const askContext = z.object({
  channel: slackId,
  /** The message that the shortcut was used on. */
  ts: slackTs,
  threadTs: slackTs.optional(),
  /** Of the trigger that opened the form: a second sending is the same question. */
  digest: z.string().regex(/^[0-9a-f]{32}$/),
});
const reasonContext = z.object({
  turnId: z.string(),
  channel: slackId,
  ts: slackTs,
});
export type AskContext = Readonly<z.infer<typeof askContext>>;
export type ReasonContext = Readonly<z.infer<typeof reasonContext>>;

/** `text` stands in the input at first, cut at 3,000 characters: the person sees what is asked. @see https://docs.slack.dev/reference/views/modal-views */
export const askView = (context: AskContext, text: string): SlackView => ({
  type: 'modal',
  callback_id: askViewId,
  private_metadata: JSON.stringify(context),
  title: plain('Ask Footnote'),
  submit: plain('Ask'),
  close: plain('Cancel'),
  blocks: [
    input({ label: 'Your question', maxChars: maxInputChars, optional: false, text }),
    hint(
      `The answer comes as a thread of its own in <#${context.channel}>, or by direct message where I am not a member.`,
    ),
  ],
});

export const reasonView = (context: ReasonContext): SlackView => ({
  type: 'modal',
  callback_id: reasonViewId,
  private_metadata: JSON.stringify(context),
  title: plain('What was wrong?'),
  submit: plain('Send'),
  close: plain('Skip'),
  blocks: [
    input({
      ...{ label: 'What was wrong or missing?', maxChars: maxReasonChars, optional: true },
      text: '',
    }),
    hint('Whoever runs this assistant reads it. Your rating is noted already.'),
  ],
});

/** Undefined for what no form of ours carries. */
export const readAskContext = (privateMetadata: string): AskContext | undefined =>
  askContext.safeParse(parsed(privateMetadata)).data;
export const readReasonContext = (privateMetadata: string): ReasonContext | undefined =>
  reasonContext.safeParse(parsed(privateMetadata)).data;

const parsed = (privateMetadata: string): unknown => {
  try {
    return JSON.parse(privateMetadata);
  } catch {
    // No form of ours; there is nothing more to know about it.
    return undefined;
  }
};

const plain = (text: string) => ({ type: 'plain_text', text });

const hint = (text: string) => ({ type: 'context', elements: [{ type: 'mrkdwn', text }] });

const input = (options: {
  readonly label: string;
  readonly maxChars: number;
  readonly optional: boolean;
  readonly text: string;
}) => {
  const text = cut(options.text, options.maxChars);
  return {
    type: 'input',
    block_id: inputBlockId,
    optional: options.optional,
    label: plain(options.label),
    element: {
      type: 'plain_text_input',
      action_id: inputBlockId,
      multiline: true,
      max_length: options.maxChars,
      ...(text === '' ? {} : { initial_value: text }),
    },
  };
};

/** At most so many UTF-16 units, no character split. */
const cut = (text: string, maxChars: number): string =>
  text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, '');
