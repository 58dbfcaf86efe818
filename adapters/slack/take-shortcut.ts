/** Takes in the message shortcut "Ask Footnote about this": opens a form in which the person says what they ask. */
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { readableText } from './readable-text.ts';
import { slackId, slackTs } from './slack-ids.ts';
import { switchedOff, triggerDigest } from './take-command.ts';
import type { PrivatePlace, Respond } from './tell-privately.ts';
import { askView } from './views.ts';
import { workspaceOf } from './workspace-of.ts';

const shortcutSchema = z.object({
  trigger_id: z.string().min(1),
  user: z.object({ id: slackId }),
  channel: z.object({ id: slackId }),
  message: z.object({
    ts: slackTs,
    thread_ts: slackTs.nullish(),
    text: z.string().nullish(),
  }),
});

/**
 * Resolves when the form is open, or the person was told why not; never rejects. The trigger is good for 3 s, so nothing is looked up before.
 *
 * @see https://docs.slack.dev/interactivity/implementing-shortcuts#message_shortcut_payloads
 * @see https://docs.slack.dev/reference/methods/views.open
 */
export const takeShortcut = async (
  deps: ListenerDeps,
  { body, respond }: { readonly body: unknown; readonly respond: Respond | undefined },
): Promise<void> => {
  const { workspaces, tellPrivately, log } = deps;
  const parsed = shortcutSchema.safeParse(body);
  const workspace = workspaceOf(body);
  if (!parsed.success || workspace === undefined) {
    log.warn('slack shortcut of an unknown shape');
    return;
  }
  const { trigger_id, user, channel, message } = parsed.data;
  const threadTs = message.thread_ts ?? undefined;
  const place: PrivatePlace = {
    ...{ workspace, channel: channel.id, user: user.id, threadTs },
    respond,
  };
  if (deps.placeOf(channel.id).listen === 'off') return tellPrivately(place, { text: switchedOff });
  const context = {
    ...{ channel: channel.id, ts: message.ts, digest: triggerDigest(trigger_id) },
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  try {
    const view = askView(context, readableText(message.text ?? '', undefined));
    const { call } = workspaces.of(workspace);
    await call('views.open', { trigger_id, view }, { answer: z.unknown() });
  } catch (error) {
    const { code } = toBotError(error);
    log.warn('slack form not opened', { code, channel: channel.id });
    await tellPrivately(place, { text: formNotOpened });
  }
};

export const formNotOpened = 'Slack did not let me open the form. Please try once more.';
