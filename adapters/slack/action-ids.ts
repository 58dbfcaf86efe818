/** Names what a person can press or send: the speaking half writes these ids into messages, the listening half reads them in Slack's interactions. */

/** `action_id` of the buttons under a reply. The value of each is the turn's id; for `feedback` it is `feedbackValue`'s. */
export const actionIds = {
  stop: 'footnote_stop',
  again: 'footnote_again',
  passages: 'footnote_passages',
  feedback: 'footnote_feedback',
} as const;

/** `callback_id` of the message shortcut "Ask Footnote about this" in the app's manifest. */
export const askAboutCallbackId = 'ask_about';

/** The slash command in the app's manifest. */
export const askCommand = '/ask';

/** The value of one of the two buttons of a `feedback_buttons` element: `<turn id>|helpful` or `<turn id>|not_helpful`. */
export const feedbackValue = (turnId: string, helpful: boolean): string =>
  `${turnId}|${helpful ? 'helpful' : 'not_helpful'}`;

/** Undefined for what `feedbackValue` does not write. */
export const readFeedbackValue = (
  value: string,
): { readonly turnId: string; readonly helpful: boolean } | undefined => {
  const [, turnId, choice] = /^(.+)\|(helpful|not_helpful)$/.exec(value) ?? [];
  return turnId === undefined ? undefined : { turnId, helpful: choice === 'helpful' };
};
