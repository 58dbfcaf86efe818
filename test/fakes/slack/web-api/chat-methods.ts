/**
 * chat.postMessage, chat.postEphemeral, chat.update, chat.delete, chat.getPermalink.
 *
 * A reply to a root that is gone is not refused: Slack puts it into the channel, and only the missing `thread_ts`
 * in the answer tells (https://github.com/slack-go/slack/issues/1571).
 * @see https://docs.slack.dev/reference/methods/chat.postMessage (and its neighbours, for each list of errors)
 */
import { messageJson } from '../message-json.ts';
import { type Channel, type Message, repliesOf } from '../workspace.ts';
import { type ContentRules, type MessageContent, readContent } from './message-content.ts';
import { isStreaming } from './streams-methods.ts';
import {
  type MethodContext,
  requiredText,
  SlackRefusal,
  textArgument,
  visibleChannel,
  type WebApiMethod,
} from './web-api-method.ts';

const postRules: ContentRules = {
  ...{ maxText: 40_000, overMaxText: 'cut', blocksTooLong: 'msg_blocks_too_long' },
};
const ephemeralRules: ContentRules = { ...postRules, blocksTooLong: 'msg_too_long' };
const updateRules: ContentRules = {
  ...{ maxText: 4_000, overMaxText: 'refuse', blocksTooLong: 'msg_too_long' },
};

export const postMessage: WebApiMethod = {
  acceptsJson: true,
  required: ['channel'],
  call(context) {
    const { workspace, state } = context;
    const channel = writableChannel(context);
    const content = readContent(context.args, postRules);
    const threadTs = liveThread(context, channel);
    const message = state.post(
      { workspace, channel },
      {
        ...authorship(context, content),
        ...(threadTs === undefined ? {} : { threadTs }),
        ...(content.metadata ? { metadata: content.metadata } : {}),
      },
    );
    return {
      channel: channel.id,
      ts: message.ts,
      message: messageJson({ workspace, channel }, message, { withMetadata: true }),
      ...warningJson(content),
    };
  },
};

export const postEphemeral: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'user'],
  call(context) {
    const { workspace, state, args } = context;
    const channel = writableChannel(context);
    const content = readContent(args, ephemeralRules);
    const onlyFor = requiredText(args, 'user');
    const isThere = channel.members?.has(onlyFor) ?? workspace.users.has(onlyFor);
    if (!isThere) throw new SlackRefusal('user_not_in_channel');
    const threadTs = textArgument(args, 'thread_ts');
    const message: Message = {
      ...authorship(context, content),
      ...{ ts: state.nextTs(), reactions: [], isTombstone: false },
      ...(threadTs === undefined ? {} : { threadTs }),
    };
    // In a thread that nobody has answered yet Slack accepts the message and shows it to nobody.
    if (threadTs === undefined || repliesOf(channel, threadTs).length > 0)
      state.tell({ kind: 'ephemeral', workspace, channel, message, byBot: true, onlyFor });
    return { message_ts: message.ts, ...warningJson(content) };
  },
};

export const update: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'ts'],
  call(context) {
    const { workspace, state, clock, args } = context;
    const channel = visibleChannel(context);
    if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
    if (channel.isArchived) throw new SlackRefusal('is_inactive');
    const previous = channel.messages.get(requiredText(args, 'ts'));
    if (!previous || previous.isTombstone) throw new SlackRefusal('message_not_found');
    if (previous.botId !== workspace.botId) throw new SlackRefusal('cant_update_message');
    if (isStreaming(previous, clock.now())) throw new SlackRefusal('streaming_state_conflict');
    const ageMs = clock.now() - Number(previous.ts) * 1000;
    if (workspace.editWindowMs !== undefined && ageMs >= workspace.editWindowMs)
      throw new SlackRefusal('edit_window_closed');
    const content = readContent(args, updateRules);
    const { blocks: _blocks, metadata: oldMetadata, edited: oldEdited, ...kept } = previous;
    const metadata = content.metadata === undefined ? oldMetadata : content.metadata;
    // Only an update by `text` shows "(edited)".
    const edited = content.blocks ? oldEdited : { user: workspace.botUserId, ts: state.nextTs() };
    const message: Message = {
      ...kept,
      text: content.text,
      ...(content.blocks ? { blocks: content.blocks } : {}),
      ...(metadata ? { metadata } : {}),
      ...(edited ? { edited } : {}),
    };
    state.replace({ workspace, channel }, { previous, message, byBot: true });
    return {
      channel: channel.id,
      ts: message.ts,
      text: message.text,
      message: messageJson({ workspace, channel }, message, { withMetadata: true }),
    };
  },
};

export const deleteMessage: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'ts'],
  call(context) {
    const { workspace, state, args } = context;
    const channel = visibleChannel(context);
    const message = channel.messages.get(requiredText(args, 'ts'));
    if (!message || message.isTombstone) throw new SlackRefusal('message_not_found');
    if (message.botId !== workspace.botId) throw new SlackRefusal('cant_delete_message');
    state.remove({ workspace, channel }, message, { byBot: true });
    return { channel: channel.id, ts: message.ts };
  },
};

export const getPermalink: WebApiMethod = {
  acceptsJson: false,
  required: ['channel', 'message_ts'],
  call(context) {
    const channel = visibleChannel(context);
    const message = channel.messages.get(requiredText(context.args, 'message_ts'));
    if (!message) throw new SlackRefusal('message_not_found');
    const thread = message.threadTs ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
    const site = `https://${context.workspace.domain}.slack.com`;
    const path = `/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
    return { channel: channel.id, permalink: site + path };
  },
};

/** A person's id stands for the direct message with them; posting and ephemerals take it, updates do not. */
function writableChannel(context: MethodContext): Channel {
  const { workspace, state, args } = context;
  const id = requiredText(args, 'channel');
  if (/^[UW]/.test(id)) {
    if (!workspace.users.has(id)) throw new SlackRefusal('channel_not_found');
    return state.openDirectMessage(workspace, id);
  }
  const channel = visibleChannel(context);
  if (channel.isArchived) throw new SlackRefusal('is_archived');
  if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
  return channel;
}

function liveThread({ args }: MethodContext, channel: Channel): string | undefined {
  const threadTs = textArgument(args, 'thread_ts');
  if (threadTs === undefined) return undefined;
  if (!/^\d{10,}\.\d{6}$/.test(threadTs)) throw new SlackRefusal('invalid_thread_ts');
  const root = channel.messages.get(threadTs);
  if (root?.threadTs !== undefined) throw new SlackRefusal('cannot_reply_to_message');
  return root ? threadTs : undefined;
}

function authorship({ workspace }: MethodContext, content: MessageContent) {
  return {
    user: workspace.botUserId,
    botId: workspace.botId,
    text: content.text,
    ...(content.blocks ? { blocks: content.blocks } : {}),
  };
}

function warningJson({ warning }: MessageContent) {
  return warning ? { warning, response_metadata: { warnings: [warning] } } : {};
}
