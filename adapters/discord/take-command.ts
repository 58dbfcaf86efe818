/** Takes in `/ask` and the message command "Ask Footnote": the answer is written into the response. */
import { refusalFor } from '../../src/conversation/receive-question.ts';
import { noticeFor, toBotError } from '../../src/domain/errors.ts';
import { discordConversationKey, discordInteractionTurnId } from '../../src/domain/turn-id.ts';
import type { InteractionAnswers } from './interaction-answers.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { Gesture } from './parse-interaction.ts';
import { refusalSentence } from './refusal-sentence.ts';
import { type DiscordAddress, tokenContext } from './reply-address.ts';
import { madeAtMs } from './snowflake.ts';
import { storeQuestion } from './store-question.ts';

export const switchedOff = 'I am switched off in this channel.';

/** Discord takes it for 15 minutes. */
const tokenLivesMs = 15 * 60_000;

/**
 * Resolves when the turn is stored, or the person knows why not; never rejects. What can be refused from the interaction alone is told to the person alone; else
 * Discord is answered before anything is looked up.
 *
 * Used in a thread of ours the question joins its conversation.
 */
export const takeCommand = async (
  deps: ListenerDeps & { readonly answers: InteractionAnswers },
  gesture: Gesture,
  text: string,
): Promise<void> => {
  const { places, rules, answers, cancelTurn, log } = deps;
  const place = places.of(gesture);
  const { id, user, roles } = gesture;
  if (place.listen === 'off') return answers.tell(gesture, { content: switchedOff });
  const unasked = refusalFor(text);
  if (unasked !== undefined) return answers.tell(gesture, { content: noticeFor(unasked) });
  const refusal = refusalSentence(rules, { place, user, roles, text, id, atMs: madeAtMs(id) });
  if (refusal !== undefined) return answers.tell(gesture, { content: refusal });
  const deferring = answers.defer(gesture);
  const turnId = discordInteractionTurnId(id);
  try {
    await storeQuestion(deps, {
      id: turnId,
      conversationKey: (await conversationKeyAt(deps, gesture)) ?? turnId,
      address: addressOf(deps, gesture),
      place,
      question: { text },
      askedAt: new Date(madeAtMs(id)),
    });
    if ((await deferring) === 'refused') await cancelTurn(turnId, { removeReply: true });
  } catch (error) {
    const { code } = toBotError(error);
    log.error('discord command not taken in', { code, turnId });
    if ((await deferring) === 'deferred')
      await answers.replaceDeferred(gesture, noticeFor(code) || noticeFor('internal'));
  }
};

const conversationKeyAt = async (
  { conversations }: Pick<ListenerDeps, 'conversations'>,
  { channel, parent }: Gesture,
): Promise<string | undefined> => {
  if (parent === undefined) return undefined;
  return (await conversations.findConversation(discordConversationKey(channel)))?.key;
};

const addressOf = (
  { box }: Pick<ListenerDeps, 'box'>,
  { id, channel, guild, user, applicationId, token }: Gesture,
): DiscordAddress => ({
  ...{ channel, user },
  ...(guild === undefined ? {} : { guild }),
  command: {
    ...{ interaction: id, applicationId },
    sealedToken: box.seal(token, tokenContext(applicationId, id)),
    expiresAtMs: madeAtMs(id) + tokenLivesMs,
  },
});
