/** Takes in `/ask QUESTION`: the answer comes in a thread of its own, which only a worker makes, so that where is not known yet. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { refusalFor } from '../../src/conversation/receive-question.ts';
import { noticeFor } from '../../src/domain/errors.ts';
import { slackCommandTurnId } from '../../src/domain/turn-id.ts';
import { type OnlyYou, onlyYou } from './failure-answer.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { escapeText } from './neutralise.ts';
import { readableText } from './readable-text.ts';
import { slackId } from './slack-ids.ts';
import { storeQuestion } from './store-question.ts';
import { workspaceOf } from './workspace-of.ts';

const commandSchema = z.object({
  command: z.string(),
  text: z.string().default(''),
  channel_id: slackId,
  user_id: slackId,
  trigger_id: z.string().min(1),
});

export const switchedOff = 'I am switched off in this channel.';

/** Of what Slack made for one gesture of a person: 32 hex digits. */
export const triggerDigest = (triggerId: string): string =>
  createHash('sha256').update(triggerId).digest('hex').slice(0, 32);

/** A direct message, ours or that of two people: its id begins with `D`. */
export const isDirectChannel = (channel: string): boolean => channel.startsWith('D');

/**
 * Resolves with what Slack shows the person, when the turn is stored. Slack sends a command once: whatever happens, it is said. Throws `store_unavailable`.
 *
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands
 */
export const takeCommand = async (deps: ListenerDeps, body: unknown): Promise<OnlyYou> => {
  const parsed = commandSchema.safeParse(body);
  const workspace = workspaceOf(body);
  if (!parsed.success || workspace === undefined) {
    deps.log.warn('slack command of an unknown shape');
    return onlyYou(noticeFor('internal'));
  }
  const { command, channel_id: channel, user_id: user, trigger_id } = parsed.data;
  const place = deps.placeOf(channel);
  if (place.listen === 'off') return onlyYou(switchedOff);
  const text = readableText(parsed.data.text, undefined);
  const refusal = refusalFor(text);
  if (refusal === 'question_empty') return onlyYou(usage(command));
  if (refusal !== undefined) return onlyYou(noticeFor(refusal));
  const { team, enterprise } = workspace;
  const asked = { team, channel, user, ...(enterprise === undefined ? {} : { enterprise }) };
  const isDirect = isDirectChannel(channel);
  const id = slackCommandTurnId({ team, digest: triggerDigest(trigger_id) });
  await storeQuestion(deps, {
    id,
    conversationKey: id,
    address: asked,
    audience: place.audience ?? (await deps.audienceOf({ ...asked, isDirect, isExternal: false })),
    question: { text },
    askedAt: new Date(deps.clock.now()),
  });
  return onlyYou(
    'I am looking it up. The answer comes in a thread here, or by direct message where I am not a member.',
  );
};

const usage = (command: string): string =>
  `Write your question behind the command, like this: \`${escapeText(command)} How do I …?\``;
