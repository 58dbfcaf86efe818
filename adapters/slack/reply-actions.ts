/** What a person can press under a reply, as Slack's blocks. */
import type { TurnId } from '../../src/domain/ids.ts';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import { actionIds, feedbackValue } from './action-ids.ts';

type Block = Readonly<Record<string, unknown>>;

const buttons: Readonly<
  Record<Exclude<ReplyAction, 'feedback'>, { readonly id: string; readonly label: string }>
> = {
  stop: { id: actionIds.stop, label: 'Stop' },
  again: { id: actionIds.again, label: 'Ask again' },
  'again-edited': { id: actionIds.again, label: 'Answer the edited question' },
  passages: { id: actionIds.passages, label: 'Show passages' },
};

/**
 * In the order given; buttons that follow each other share a block. Empty for none. A value is the turn's id: people can read and send it, so whoever
 * receives it checks what they may.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/actions-block
 * @see https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element
 */
export const renderActions = (
  actions: readonly ReplyAction[],
  turnId: TurnId,
): readonly Block[] => {
  const blocks: { readonly type: string; readonly elements: Block[] }[] = [];
  for (const action of actions) {
    const last = blocks.at(-1);
    if (action === 'feedback')
      blocks.push({ type: 'context_actions', elements: [feedbackButtons(turnId)] });
    else if (last?.type === 'actions') last.elements.push(button(action, turnId));
    else blocks.push({ type: 'actions', elements: [button(action, turnId)] });
  }
  return blocks;
};

const button = (action: Exclude<ReplyAction, 'feedback'>, turnId: TurnId): Block => ({
  type: 'button',
  action_id: buttons[action].id,
  text: plainText(buttons[action].label),
  value: turnId,
  ...(action === 'again-edited' && { style: 'primary' }),
});

const feedbackButtons = (turnId: TurnId): Block => ({
  type: 'feedback_buttons',
  action_id: actionIds.feedback,
  positive_button: {
    text: plainText('Helpful'),
    accessibility_label: 'This answer helped',
    value: feedbackValue(turnId, true),
  },
  negative_button: {
    text: plainText('Not helpful'),
    accessibility_label: 'This answer did not help',
    value: feedbackValue(turnId, false),
  },
});

const plainText = (text: string): Block => ({ type: 'plain_text', text });
