/** Takes in the forms that people send: a question about a message, and what was wrong with an answer. */
import * as z from 'zod';
import { refusalFor } from '../../src/conversation/receive-question.ts';
import { noticeFor, toBotError } from '../../src/domain/errors.ts';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import { slackCommandTurnId } from '../../src/domain/turn-id.ts';
import { type InputError, inputError } from './failure-answer.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { addressOfPressed } from './press.ts';
import { slackId } from './slack-ids.ts';
import type { WorkspaceId } from './slack-workspaces.ts';
import { storeQuestion } from './store-question.ts';
import { isDirectChannel, switchedOff } from './take-command.ts';
import { thanks } from './take-press.ts';
import { type AskContext, inputBlockId, readAskContext, readReasonContext } from './views.ts';
import { workspaceOf } from './workspace-of.ts';

/** Of finding the link of the message, which the question can do without. */
const permalinkBudgetMs = 1_000;

const submissionSchema = z.object({
  user: z.object({ id: slackId }),
  view: z.object({
    private_metadata: z.string(),
    state: z.object({
      values: z.object({
        [inputBlockId]: z.object({
          [inputBlockId]: z.object({ value: z.string().nullish() }),
        }),
      }),
    }),
  }),
});
const permalinkSchema = z.object({ permalink: z.url() });

/** What was sent, and by whom. The text is plain: Slack escapes nothing in it. */
const readSubmission = (body: unknown) => {
  const parsed = submissionSchema.safeParse(body);
  const workspace = workspaceOf(body);
  if (!parsed.success || workspace === undefined) return undefined;
  const { user, view } = parsed.data;
  const text = view.state.values[inputBlockId][inputBlockId].value?.trim() ?? '';
  return { workspace, user: user.id, privateMetadata: view.private_metadata, text };
};

/**
 * Resolves when the question is stored: with nothing, so that the form closes, or with what to show in it. A form that is sent twice is one question.
 * Throws `store_unavailable`.
 *
 * @see https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 */
export const takeAskView = async (
  deps: ListenerDeps,
  body: unknown,
): Promise<InputError | undefined> => {
  const sent = readSubmission(body);
  const context = sent && readAskContext(sent.privateMetadata);
  if (sent === undefined || context === undefined) return unknownForm(deps);
  const { workspace, user, text } = sent;
  const { channel } = context;
  const place = deps.placeOf(channel);
  if (place.listen === 'off') return inputError(switchedOff);
  const refusal = refusalFor(text);
  if (refusal !== undefined) return inputError(noticeFor(refusal));
  const { team, enterprise } = workspace;
  const asked = { team, channel, user, ...(enterprise === undefined ? {} : { enterprise }) };
  const isDirect = isDirectChannel(channel);
  const [audience, about] = await Promise.all([
    place.audience ?? deps.audienceOf({ ...asked, isDirect, isExternal: false }),
    permalinkOf(deps, workspace, context),
  ]);
  const id = slackCommandTurnId({ team, digest: context.digest });
  await storeQuestion(deps, {
    id,
    conversationKey: id,
    address: { ...asked, ...(about === undefined ? {} : { about }) },
    audience,
    question: { text },
    askedAt: new Date(deps.clock.now()),
  });
  return undefined;
};

/** Acknowledges when the reason is stored, so that the form closes, and thanks the person. Throws `store_unavailable` before that. */
export const takeReasonView = async (
  deps: ListenerDeps,
  { body, ack }: { readonly body: unknown; readonly ack: (answer?: InputError) => Promise<void> },
): Promise<void> => {
  const sent = readSubmission(body);
  const context = sent && readReasonContext(sent.privateMetadata);
  if (sent === undefined || context === undefined) return ack(unknownForm(deps));
  const { workspace, user, text } = sent;
  const { channel, ts } = context;
  const turn = await deps.turns.getTurn(asId<TurnId>(context.turnId));
  const address = turn && addressOfPressed(turn, { workspace, channel, ts });
  if (turn === undefined || address === undefined) {
    deps.log.warn('slack form ignored, it belongs to no reply', { channel, user, ts });
    return ack();
  }
  const reason = text === '' ? {} : { reason: text };
  await deps.rateAnswer(turn.id, { rater: user, helpful: false, ...reason });
  await ack();
  const { threadTs } = address;
  await deps.tellPrivately({ workspace: address, channel, threadTs, user }, { text: thanks });
};

const unknownForm = (deps: ListenerDeps): InputError => {
  deps.log.warn('slack form of an unknown shape');
  return inputError(noticeFor('internal'));
};

/** Undefined when Slack does not say it at once: of a channel that we are not in it never does. */
const permalinkOf = async (
  { workspaces, clock, log }: ListenerDeps,
  workspace: WorkspaceId,
  { channel, ts }: AskContext,
): Promise<string | undefined> => {
  const over = new AbortController();
  const late = clock.sleep(permalinkBudgetMs, { signal: over.signal }).then(
    () => undefined,
    () => undefined,
  );
  const { call } = workspaces.of(workspace);
  const asked = call('chat.getPermalink', { channel, message_ts: ts }, { answer: permalinkSchema })
    .then(({ permalink }) => permalink)
    .catch((error: unknown) => {
      log.info('slack link not found', { code: toBotError(error).code, channel });
      return undefined;
    });
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
};
