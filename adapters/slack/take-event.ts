/** Takes in what people write in Slack: questions, follow-ups, what is overheard, edits and deletions. */
import type { Audience } from '../../src/domain/audience.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { repeatTurnId, slackConversationKey, slackTurnId } from '../../src/domain/turn-id.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { parseEvent, type SlackIncoming, type SlackMessage } from './parse-event.ts';
import { questionAbout } from './question-files.ts';
import { storeQuestion } from './store-question.ts';

/** How many turns of a thread are looked at to see whether we spoke there. */
const lastTurns = 50;

/** Resolves when what the event asks for is stored. Throws `store_unavailable`: then it must not be acknowledged. */
export type TakeEvent = (body: unknown, botUserId: string | undefined) => Promise<void>;

/** In a place where `listen` is `off` only deletions are heeded. */
export const createTakeEvent =
  (deps: ListenerDeps): TakeEvent =>
  async (body, botUserId) => {
    const incoming = parseEvent(body, botUserId);
    if (incoming.kind === 'ignored') {
      if (incoming.reason === 'unknown_shape') deps.log.warn('slack event of an unknown shape');
      return;
    }
    if (incoming.kind === 'deleted') {
      await deps.cancelTurn(slackTurnId(incoming), { removeReply: true });
      return;
    }
    const { listen } = deps.placeOf(incoming.message.channel);
    if (listen === 'off') return;
    switch (incoming.kind) {
      case 'question':
        return takeQuestion(deps, incoming.message);
      case 'edited':
        return takeEdit(deps, incoming);
      case 'overheard':
        if (listen === 'all') await takeUnprompted(deps, incoming.message);
        return;
      case 'follow-up-candidate':
        return takeFollowUp(deps, incoming.message);
    }
  };

const takeQuestion = async (
  deps: ListenerDeps,
  message: SlackMessage,
  { unprompted = false }: { readonly unprompted?: boolean } = {},
): Promise<void> => {
  const { team, enterprise, channel, ts, rootTs, user, files = [], clientMsgId } = message;
  const audience = await audienceFor(deps, message);
  const text = message.text || questionAbout(files);
  const inOthersThread = message.isMention && rootTs !== ts && !message.isDirect;
  await storeQuestion(deps, {
    id: slackTurnId(message),
    conversationKey: slackConversationKey(message),
    address: {
      ...{ team, channel, threadTs: rootTs, ts, user },
      ...(enterprise === undefined ? {} : { enterprise }),
    },
    audience,
    question: { text, ...(files.length > 0 ? { files } : {}) },
    askedAt: new Date(Math.trunc(Number(ts) * 1_000)),
    ...(clientMsgId === undefined ? {} : { clientMsgId }),
    ...(inOthersThread ? { readThread: true } : {}),
    ...(unprompted ? { unprompted: true } : {}),
  });
};

const takeUnprompted = async (deps: ListenerDeps, message: SlackMessage): Promise<void> => {
  if (deps.looksLikeQuestion(message.text)) await takeQuestion(deps, message, { unprompted: true });
};

/** Of a question that was stored the edit is stored; a message that was none, or that we kept silent to, becomes one when the edit calls us. */
const takeEdit = async (
  deps: ListenerDeps,
  edit: Extract<SlackIncoming, { kind: 'edited' }>,
): Promise<void> => {
  const { message, previousText, mentionAdded } = edit;
  const id = slackTurnId(message);
  const text = message.text || questionAbout(message.files ?? []);
  const isNew = message.text !== previousText;
  const isStored = isNew && (await deps.editQuestion(id, text));
  if (!mentionAdded) return;
  const heard = await deps.turns.getTurn(id);
  if (heard?.unprompted === true && !hasSpoken(heard)) return askPrompted(deps, heard, message);
  if (!isStored) await takeQuestion(deps, message);
};

/** Once: the same edit may come again, and the mention may go and come back. */
const askPrompted = async (
  deps: ListenerDeps,
  heard: Turn,
  message: SlackMessage,
): Promise<void> => {
  if ((await deps.turns.getTurn(repeatTurnId(heard.id, 1))) !== undefined) return;
  const audience = await audienceFor(deps, message);
  await deps.askAgain(heard.id, { asker: message.user, audience });
};

const audienceFor = async (deps: ListenerDeps, message: SlackMessage): Promise<Audience> =>
  deps.placeOf(message.channel).audience ?? (await deps.audienceOf(message));

/**
 * Who was answered in a thread is understood there without a mention. Where we only overheard them and said nothing they talk to others; where we answered
 * unasked, what follows is overheard too.
 */
const takeFollowUp = async (deps: ListenerDeps, message: SlackMessage): Promise<void> => {
  const { turns, conversations, followUps, placeOf } = deps;
  if (!followUps) return;
  const conversation = await conversations.findConversation(slackConversationKey(message));
  if (conversation === undefined) return;
  if (!(await turns.hasAsked(conversation.id, message.user))) return;
  if (placeOf(message.channel).listen !== 'all') return takeQuestion(deps, message);
  const all = await turns.listTurns(conversation.id, { last: lastTurns });
  const theirs = all.filter(({ asker }) => asker === message.user);
  if (theirs.some(({ unprompted }) => unprompted !== true)) return takeQuestion(deps, message);
  if (theirs.some(hasSpoken)) await takeUnprompted(deps, message);
};

const hasSpoken = ({ parts }: Turn): boolean => parts.length > 0;
