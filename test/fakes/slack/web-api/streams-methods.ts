/**
 * chat.startStream, chat.appendStream, chat.stopStream, with the limits that people measured and Slack does not name.
 *
 * A stream ends by itself after 5 minutes and is then like any message; a message holds about 10.6 kB of streamed UTF-8; white space at the beginning of a
 * piece is lost; recipients are demanded everywhere, as some workspaces do in direct messages too.
 * @see https://docs.slack.dev/reference/methods/chat.startStream
 * @see https://docs.slack.dev/reference/methods/chat.appendStream
 * @see https://docs.slack.dev/reference/methods/chat.stopStream
 * @see https://github.com/slackapi/python-slack-sdk/issues/1859 (5 minutes, then only chat.update)
 * @see https://github.com/CopilotKit/CopilotKit/issues/6063 (the size of a streamed message)
 */
import { findBlockFault, slackLength } from '../block-rules.ts';
import { messageJson } from '../message-json.ts';
import type { Block, Message, Stream } from '../workspace.ts';
import { readMetadata } from './message-content.ts';
import {
  type Arguments,
  jsonArgument,
  type MethodContext,
  requiredText,
  SlackRefusal,
  textArgument,
  visibleChannel,
  type WebApiMethod,
} from './web-api-method.ts';

export const streamLimits = {
  lifeMs: 5 * 60_000,
  messageBytes: 10_600,
  callChars: 12_000,
} as const;

export const startStream: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'thread_ts'],
  call(context) {
    const { workspace, state, clock, args } = context;
    const channel = visibleChannel(context);
    if (channel.isArchived) throw new SlackRefusal('is_archived');
    if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
    const threadTs = requiredText(args, 'thread_ts');
    const root = channel.messages.get(threadTs);
    if (!root || root.threadTs !== undefined) throw new SlackRefusal('invalid_thread_ts');
    const recipient = textArgument(args, 'recipient_user_id');
    if (!recipient) throw new SlackRefusal('missing_recipient_user_id');
    if (!textArgument(args, 'recipient_team_id'))
      throw new SlackRefusal('missing_recipient_team_id');
    if (!workspace.users.has(recipient)) throw new SlackRefusal('user_not_found');
    const text = addedTo('', args);
    const message = state.post(
      { workspace, channel },
      {
        user: workspace.botUserId,
        botId: workspace.botId,
        threadTs,
        ...grown(text, []),
        stream: {
          ...{ state: 'in_progress', startedAtMs: clock.now(), recipient, stoppedByUser: false },
        },
      },
    );
    return { channel: channel.id, ts: message.ts };
  },
};

export const appendStream: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'ts'],
  call(context) {
    const { args } = context;
    if (!textArgument(args, 'markdown_text'))
      throw new SlackRefusal('markdown_text_or_chunks_required');
    const previous = streaming(context);
    const message = { ...previous, ...grown(addedTo(previous.text, args), []) };
    return replaced(context, previous, message);
  },
};

export const stopStream: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'ts'],
  call(context) {
    const { args } = context;
    const previous = streaming(context);
    const text = addedTo(previous.text, args);
    const blocks = readBlocks(args);
    const metadata = readMetadata(args);
    if (text === '' && blocks.length === 0) throw new SlackRefusal('no_text');
    const message: Message = {
      ...previous,
      ...grown(text, blocks),
      ...(metadata ? { metadata } : {}),
      stream: { ...previous.stream, state: 'completed' },
    };
    return replaced(context, previous, message);
  },
};

/** Whether the message still grows; a stream that nobody ended in time does not. */
export function isStreaming(message: Message, nowMs: number): boolean {
  const { stream } = message;
  return stream?.state === 'in_progress' && nowMs - stream.startedAtMs < streamLimits.lifeMs;
}

function streaming(context: MethodContext): Message & { readonly stream: Stream } {
  const channel = visibleChannel(context);
  const { workspace, clock, args } = context;
  if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
  const message = channel.messages.get(requiredText(args, 'ts'));
  if (!message || message.isTombstone) throw new SlackRefusal('message_not_found');
  if (message.botId !== workspace.botId) throw new SlackRefusal('message_not_owned_by_app');
  const { stream } = message;
  if (stream?.stoppedByUser) throw new SlackRefusal('stopped_by_user');
  if (!stream || !isStreaming(message, clock.now()))
    throw new SlackRefusal('message_not_in_streaming_state');
  return { ...message, stream };
}

function addedTo(text: string, args: Arguments): string {
  if (args['chunks'] !== undefined) throw new SlackRefusal('fake_does_not_model_chunks');
  const piece = textArgument(args, 'markdown_text') ?? '';
  if (slackLength(piece) > streamLimits.callChars) throw new SlackRefusal('msg_too_long');
  const longer = text + piece.trimStart();
  if (Buffer.byteLength(longer) > streamLimits.messageBytes) throw new SlackRefusal('msg_too_long');
  return longer;
}

function readBlocks(args: Arguments): readonly Block[] {
  const blocks = jsonArgument(args, 'blocks', 'invalid_blocks_format') ?? [];
  if (!Array.isArray(blocks)) throw new SlackRefusal('invalid_blocks_format');
  const fault = findBlockFault(blocks);
  if (fault?.kind === 'too_long') throw new SlackRefusal('msg_blocks_too_long', fault.messages);
  if (fault) throw new SlackRefusal('invalid_blocks', fault.messages);
  return blocks;
}

function grown(text: string, blocks: readonly Block[]): Pick<Message, 'text' | 'blocks'> {
  return { text, blocks: [{ type: 'markdown', text }, ...blocks] };
}

/** In a channel only the recipient sees it grow; everybody sees what it ends as. */
function replaced(context: MethodContext, previous: Message, message: Message) {
  const { workspace, state } = context;
  const channel = visibleChannel(context);
  const isLive = message.stream?.state === 'in_progress' && channel.kind !== 'im';
  state.replace(
    { workspace, channel },
    {
      ...{ previous, message, byBot: true },
      ...(isLive ? { onlyFor: message.stream?.recipient ?? '' } : {}),
    },
  );
  return {
    channel: channel.id,
    ts: message.ts,
    message: messageJson({ workspace, channel }, message, { withMetadata: false }),
  };
}
