/** What a person can press under a reply, as Discord's buttons. */
import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { TurnId } from '../../src/domain/ids.ts';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import { type DiscordAction, writeActionId } from './action-ids.ts';

type Component = Readonly<Record<string, unknown>>;

interface Button {
  readonly action: DiscordAction;
  readonly label: string;
  readonly isPrimary?: boolean;
}

const buttons: Readonly<Record<ReplyAction, readonly Button[]>> = {
  stop: [{ action: 'stop', label: 'Stop' }],
  feedback: [
    { action: 'helpful', label: 'Helpful' },
    { action: 'not-helpful', label: 'Not helpful' },
  ],
  again: [{ action: 'again', label: 'Ask again' }],
  'again-edited': [{ action: 'again', label: 'Answer the edited question', isPrimary: true }],
  passages: [{ action: 'passages', label: 'Show passages' }],
};

/**
 * One row, in the order given: at most five buttons. Empty for none, which takes those of before away.
 *
 * @see https://docs.discord.com/developers/components/reference#action-row
 */
export const renderActions = (
  actions: readonly ReplyAction[],
  turnId: TurnId,
): readonly Component[] => {
  const components = actions
    .flatMap((action) => buttons[action])
    .map(({ action, label, isPrimary }) => ({
      type: ComponentType.Button,
      style: isPrimary === true ? ButtonStyle.Primary : ButtonStyle.Secondary,
      label,
      custom_id: writeActionId(action, turnId),
    }));
  return components.length === 0 ? [] : [{ type: ComponentType.ActionRow, components }];
};
