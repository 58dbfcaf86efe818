/** Takes in commands, presses and forms. */
import { noticeFor } from '../../src/domain/errors.ts';
import type { InteractionAnswers } from './interaction-answers.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { parseInteraction } from './parse-interaction.ts';
import { textOfCommand, textOfMessage } from './parse-message.ts';
import { takeCommand } from './take-command.ts';
import { takePress, takeReason } from './take-press.ts';

const nothingToAnswer = 'There is no text in this message that I could answer.';

/** Never rejects: whatever happens the person is answered, if Discord lets us. */
export const createTakeInteraction =
  (deps: ListenerDeps & { readonly answers: InteractionAnswers }) =>
  async (payload: unknown): Promise<void> => {
    const interaction = parseInteraction(payload);
    if (interaction === undefined) return deps.log.warn('discord interaction of an unknown shape');
    const { gesture } = interaction;
    // Who is blocked learns no more than who may not ask.
    if (deps.rules.blocks(deps.places.of(gesture), gesture.user))
      return deps.answers.tell(gesture, { content: noticeFor('asking_not_allowed') });
    const reader = deps.view.readerIn(gesture.guild);
    switch (interaction.kind) {
      case 'ask':
        return takeCommand(deps, gesture, textOfCommand(interaction.question, reader));
      case 'ask-about': {
        const text = textOfMessage(interaction.target, reader);
        return text === ''
          ? deps.answers.tell(gesture, { content: nothingToAnswer })
          : takeCommand(deps, gesture, text);
      }
      case 'press':
        return takePress(deps, interaction);
      case 'reason':
        return takeReason(deps, interaction);
      case 'unknown':
        deps.log.warn('discord interaction of an unknown kind');
        return deps.answers.tell(gesture, { content: noticeFor('internal') });
    }
  };
