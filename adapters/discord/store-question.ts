/** Hands a question from Discord over to the core, whichever way it came. */
import { refusalFor } from '../../src/conversation/receive-question.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { NewTurn } from '../../src/domain/turn.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { FoundPlace } from './places.ts';
import { type DiscordAddress, writeAddress } from './reply-address.ts';

export interface DiscordQuestion
  extends Pick<NewTurn, 'question' | 'askedAt' | 'unprompted' | 'readThread'> {
  readonly id: TurnId;
  readonly conversationKey: string;
  readonly address: DiscordAddress;
  readonly place: FoundPlace;
  /** The rules of the place refuse it: only the sentence is told. */
  readonly refusal?: NonNullable<NewTurn['error']>;
}

const maxNameChars = 80;
const defaultName = 'Discord thread';
const nameOf = (text: string): string =>
  [...text.slice(0, 2 * maxNameChars)].slice(0, maxNameChars).join('') || defaultName;

/** Resolves when the turn is stored, or found. Of a question that is refused the core keeps no text, and so its conversation is not named after it. Throws `store_unavailable`. */
export const storeQuestion = async (
  deps: Pick<ListenerDeps, 'receiveQuestion'>,
  asked: DiscordQuestion,
): Promise<void> => {
  const { conversationKey, address, place, refusal, question, ...turn } = asked;
  const { channel, user } = address;
  const audience = audienceIn(place);
  const isRefused = refusal !== undefined || refusalFor(question.text) !== undefined;
  await deps.receiveQuestion({
    conversation: {
      key: conversationKey,
      dialogId: place.dialogId,
      name: isRefused ? defaultName : nameOf(question.text),
      platform: 'discord',
      place: channel,
      audience,
      userId: user,
    },
    turn: {
      ...turn,
      audience,
      platform: 'discord',
      asker: user,
      replyTo: writeAddress(address),
      question,
      ...(refusal === undefined ? {} : { error: refusal }),
    },
  });
};

/** Anybody may read what is said on Discord, unless the configuration says that a place is the team's. */
export const audienceIn = ({ audience = 'public' }: FoundPlace): NewTurn['audience'] => audience;
