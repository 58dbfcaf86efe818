/**
 * assistant.threads.setStatus: shown for two minutes, or until the app writes in the thread, or until it is taken away with an empty text.
 * @see https://docs.slack.dev/reference/methods/assistant.threads.setStatus
 */
import { statusKey } from '../workspace.ts';
import { requiredText, SlackRefusal, type WebApiMethod } from './web-api-method.ts';

const lifeMs = 2 * 60_000;

export const setStatus: WebApiMethod = {
  acceptsJson: true,
  required: ['channel_id', 'thread_ts'],
  call({ workspace, clock, args }) {
    const channel = workspace.channels.get(requiredText(args, 'channel_id'));
    if (!channel?.botIsMember) throw new SlackRefusal('channel_not_found');
    if (typeof args['status'] !== 'string')
      throw new SlackRefusal('invalid_arguments', ['[ERROR] missing required field: status']);
    const threadTs = requiredText(args, 'thread_ts');
    const root = channel.messages.get(threadTs);
    if (!root || root.threadTs !== undefined) throw new SlackRefusal('invalid_thread_ts');
    const key = statusKey(channel.id, threadTs);
    if (args['status'] === '') workspace.statuses.delete(key);
    else workspace.statuses.set(key, { text: args['status'], untilMs: clock.now() + lifeMs });
    return {};
  },
};
