/** Does what somebody pressed under a reply: stop, ask again, show the passages, rate. */
import { citedPassages } from '../../src/conversation/cited-passages.ts';
import { mayRead } from '../../src/domain/audience.ts';
import { noticeFor, toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { InteractionAnswers, PrivateAnswer } from './interaction-answers.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordInteraction, Gesture, PressedMessage } from './parse-interaction.ts';
import { passagesMessage } from './passages-message.ts';
import { reasonForm } from './reason-form.ts';
import { refusalSentence } from './refusal-sentence.ts';
import { madeAtMs } from './snowflake.ts';
import { audienceIn } from './store-question.ts';
import { switchedOff } from './take-command.ts';

export type PressDeps = ListenerDeps & { readonly answers: InteractionAnswers };
export type Press = Extract<DiscordInteraction, { kind: 'press' }>;
export type SentReason = Extract<DiscordInteraction, { kind: 'reason' }>;

/** Of looking up and storing: Discord waits 3 s, and shows the person an error of its own then. */
const patienceMs = 2_500;

const thanks: PrivateAnswer = { content: 'Thank you, your rating is noted.' };
const late: PrivateAnswer = { content: 'This takes longer than usual. Please try once more.' };
const unknown: PrivateAnswer = { content: 'This belongs to no answer that I know.' };

/**
 * Resolves when it is done and the person was answered; never rejects.
 *
 * What a button carries can be seen and sent again by anybody's client, so the turn is looked up and must be the one that the message belongs to. A form can
 * only be the first answer, so it opens before the rating is stored.
 */
export const takePress = async (deps: PressDeps, press: Press): Promise<void> => {
  const { gesture, action, pressed } = press;
  if (action !== 'not-helpful') return within(deps, press, actions[action]);
  await deps.answers.openForm(gesture, reasonForm(pressed.turnId));
  await rateQuietly(deps, press);
};

/** Stores the reason with the rating that it belongs to. Resolves and never rejects, as above. */
export const takeReason = (deps: PressDeps, sent: SentReason): Promise<void> =>
  within(deps, sent, async (turn) => {
    const reason = sent.text.trim() === '' ? {} : { reason: sent.text };
    await deps.rateAnswer(turn.id, { rater: sent.gesture.user, helpful: false, ...reason });
    return thanks;
  });

/** With what the person alone reads; undefined: nothing is to be said. */
type Act = (turn: Turn, deps: PressDeps, gesture: Gesture) => Promise<PrivateAnswer | undefined>;

const within = async (
  deps: PressDeps,
  { gesture, pressed }: Press | SentReason,
  act: Act,
): Promise<void> => {
  const { answers, clock, log } = deps;
  const done = new AbortController();
  const slow = clock.sleep(patienceMs, { signal: done.signal }).then(
    () => answers.tell(gesture, late),
    () => undefined,
  );
  try {
    const turn = await turnOf(deps, gesture, pressed);
    const said = turn === undefined ? unknown : await act(turn, deps, gesture);
    done.abort();
    await (said === undefined ? answers.acknowledge(gesture) : answers.tell(gesture, said));
  } catch (error) {
    done.abort();
    const { code } = toBotError(error);
    log.error('discord press failed', { code, user: gesture.user, channel: gesture.channel });
    await answers.tell(gesture, { content: noticeFor(code) || noticeFor('internal') });
  }
  await slow;
};

const turnOf = async (
  { turns, log }: PressDeps,
  { user, channel }: Gesture,
  { turnId, message }: PressedMessage,
): Promise<Turn | undefined> => {
  const turn = await turns.getTurn(turnId);
  const isPart = turn?.parts.some(({ platformId }) => platformId === message) === true;
  if (turn?.platform === 'discord' && isPart) return turn;
  log.warn('discord press ignored, it belongs to no reply', { user, channel, message });
  return undefined;
};

const rateQuietly = async (deps: PressDeps, { gesture, pressed }: Press): Promise<void> => {
  const { user, channel } = gesture;
  try {
    const turn = await turnOf(deps, gesture, pressed);
    if (turn !== undefined) await deps.rateAnswer(turn.id, { rater: user, helpful: false });
  } catch (error) {
    deps.log.error('discord press failed', { code: toBotError(error).code, user, channel });
  }
};

const stop: Act = async (turn, deps, { user, managesMessages }) => {
  if (!turn.open) return { content: 'This answer is finished already.' };
  if (user !== turn.asker && !managesMessages)
    return { content: 'Only the person who asked, or a moderator, can stop this answer.' };
  await deps.cancelTurn(turn.id, { removeReply: false });
  return undefined;
};

const again: Act = async (turn, deps, gesture) => {
  const { id, user, roles } = gesture;
  const place = deps.places.of(gesture);
  if (place.listen === 'off') return { content: switchedOff };
  const text = turn.editedText ?? turn.question.text;
  const asking = { place, user, roles, text, id, atMs: madeAtMs(id) };
  const refusal = refusalSentence(deps.rules, asking);
  if (refusal !== undefined) return { content: refusal };
  const next = await deps.askAgain(turn.id, { asker: user, audience: audienceIn(place) });
  return next === undefined ? { content: 'I cannot find this question any more.' } : undefined;
};

/** What may be read in the place may be read by whoever is in it. */
const passages: Act = async (turn, deps, gesture) =>
  mayRead(audienceIn(deps.places.of(gesture)), turn.audience)
    ? passagesMessage(citedPassages(turn))
    : { content: 'These passages are for members of the team.' };

const helpful: Act = async (turn, deps, { user }) => {
  await deps.rateAnswer(turn.id, { rater: user, helpful: true });
  return thanks;
};

const actions: Readonly<Record<Exclude<Press['action'], 'not-helpful'>, Act>> = {
  stop,
  again,
  passages,
  helpful,
};
