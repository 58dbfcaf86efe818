/** Does what somebody pressed under a reply: stop, ask again, show the passages, rate. */
import * as z from 'zod';
import { citedPassages } from '../../src/conversation/cited-passages.ts';
import { mayRead } from '../../src/domain/audience.ts';
import { noticeFor, toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { passagesMessage } from './passages-message.ts';
import { addressOfPressed, type Press, readPress } from './press.ts';
import type { SlackAddress } from './reply-address.ts';
import { switchedOff } from './take-command.ts';
import type { PrivateMessage, Respond } from './tell-privately.ts';
import { reasonView } from './views.ts';

/** A press, on the turn that it belongs to. */
interface Pressed extends Press {
  readonly turn: Turn;
  readonly address: SlackAddress;
}

/**
 * Resolves when it is done and the person was told what there is to tell; never rejects. Call it after the press was acknowledged: that waits for nothing.
 *
 * What a button carries can be seen and sent again by anybody's client, so the turn is looked up and must be the one that the message belongs to.
 */
export const takePress = async (
  deps: ListenerDeps,
  { body, respond }: { readonly body: unknown; readonly respond: Respond | undefined },
): Promise<void> => {
  const { turns, tellPrivately, log } = deps;
  const press = readPress(body);
  if (press === undefined) {
    log.warn('slack press of an unknown shape');
    return;
  }
  const { action, channel, user, ts } = press;
  const tell = (message: PrivateMessage) => tellPrivately({ ...press, respond }, message);
  try {
    const turn = await turns.getTurn(press.turnId);
    const address = turn && addressOfPressed(turn, press);
    if (turn === undefined || address === undefined) {
      log.warn('slack press ignored, it belongs to no reply', { action, channel, user, ts });
      return;
    }
    const said = await actions[action](deps, { ...press, turn, address });
    if (said !== undefined) await tell(said);
  } catch (error) {
    const { code } = toBotError(error);
    log.error('slack press failed', { action, channel, user, code });
    await tell({ text: noticeFor(code) || noticeFor('internal') });
  }
};

export const thanks = 'Thank you, your rating is noted.';

type Act = (deps: ListenerDeps, pressed: Pressed) => Promise<PrivateMessage | undefined>;

const stop: Act = async (deps, { turn, address, user }) => {
  if (!turn.open) return { text: 'This answer is finished already.' };
  const mayStop = user === turn.asker || (await deps.personOf(address, user)).isAdmin;
  if (!mayStop) {
    const text = 'Only the person who asked, or an admin of this workspace, can stop this answer.';
    return { text };
  }
  await deps.cancelTurn(turn.id, { removeReply: false });
  return undefined;
};

const again: Act = async (deps, { turn, address, user }) => {
  const place = deps.placeOf(address.channel);
  if (place.listen === 'off') return { text: switchedOff };
  const audience = place.audience ?? (await audienceIn(deps, address, user));
  const next = await deps.askAgain(turn.id, { asker: user, audience });
  return next === undefined ? { text: 'I cannot find this question any more.' } : undefined;
};

/** Only the person reads what comes, so only the person counts: a guest who saw the answer in the team's channel gets no more of it. */
const passages: Act = async (deps, { turn, address, user }) => {
  const reader = await deps.audienceOf({
    ...{ ...address, user },
    ...{ isDirect: true, isExternal: false },
  });
  return mayRead(reader, turn.audience)
    ? passagesMessage(citedPassages(turn))
    : { text: 'These passages are for members of the team.' };
};

const feedback: Act = async (deps, pressed) => {
  const { turn, address, user, helpful, channel, ts, triggerId } = pressed;
  await deps.rateAnswer(turn.id, { rater: user, helpful });
  if (helpful) return { text: thanks };
  try {
    const view = reasonView({ turnId: turn.id, channel, ts });
    const { call } = deps.workspaces.of(address);
    await call('views.open', { trigger_id: triggerId, view }, { answer: z.unknown() });
    return undefined;
  } catch (error) {
    // The rating is there; only the reason is not asked for.
    deps.log.warn('slack form not opened', { code: toBotError(error).code, channel });
    return { text: thanks };
  }
};

const actions: Readonly<Record<Press['action'], Act>> = { stop, again, passages, feedback };

const audienceIn = (deps: ListenerDeps, address: SlackAddress, user: string) =>
  deps.audienceOf({
    ...{ ...address, user },
    isDirect: address.channel.startsWith('D'),
    isExternal: false,
  });
