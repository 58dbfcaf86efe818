/** Hands a question from Slack over to the core, whichever way it came. */
import { refusalFor } from '../../src/conversation/receive-question.ts';
import type { Audience } from '../../src/domain/audience.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { NewTurn } from '../../src/domain/turn.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { type SlackAddress, writeAddress } from './reply-address.ts';

export interface SlackQuestion
  extends Pick<NewTurn, 'question' | 'askedAt' | 'clientMsgId' | 'unprompted' | 'readThread'> {
  readonly id: TurnId;
  readonly conversationKey: string;
  readonly address: SlackAddress;
  readonly audience: Audience;
}

const maxNameChars = 80;

/** Of a question that is refused no text is kept. */
const nameOf = (text: string): string =>
  refusalFor(text) === undefined ? [...text].slice(0, maxNameChars).join('') : 'Slack thread';

/** Resolves when the turn is stored, or found. Throws `store_unavailable`. */
export const storeQuestion = async (
  deps: Pick<ListenerDeps, 'receiveQuestion' | 'placeOf'>,
  asked: SlackQuestion,
): Promise<void> => {
  const { conversationKey, address, ...turn } = asked;
  const { channel, user } = address;
  await deps.receiveQuestion({
    conversation: {
      key: conversationKey,
      dialogId: deps.placeOf(channel).dialogId,
      name: nameOf(asked.question.text),
      platform: 'slack',
      place: channel,
      audience: asked.audience,
      userId: user,
    },
    turn: { ...turn, platform: 'slack', asker: user, replyTo: writeAddress(address) },
  });
};
