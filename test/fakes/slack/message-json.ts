/**
 * A message as Slack gives it back, in answers and in events.
 *
 * A `markdown` block never comes back: Slack translates it into `rich_text` and forgets its `block_id`.
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 * @see https://docs.slack.dev/messaging/retrieving-messages
 */
import {
  type Block,
  type Channel,
  type Message,
  repliesOf,
  type StoredFile,
  type Workspace,
} from './workspace.ts';

export type Json = Record<string, unknown>;

export function messageJson(
  where: { readonly workspace: Workspace; readonly channel: Channel },
  message: Message,
  { withMetadata }: { readonly withMetadata: boolean },
): Json {
  const { workspace, channel } = where;
  if (message.isTombstone) {
    const hidden = { subtype: 'tombstone', hidden: true, text: message.text, user: message.user };
    return { type: 'message', ...hidden, ts: message.ts, ...threadJson(channel, message) };
  }
  return {
    user: message.user,
    type: 'message',
    ts: message.ts,
    ...(message.botId ? botJson(workspace, message.botId) : {}),
    ...(message.clientMsgId ? { client_msg_id: message.clientMsgId } : {}),
    text: message.text,
    ...(message.files ? { files: message.files, upload: false, display_as_bot: false } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    team: workspace.users.get(message.user)?.teamId ?? workspace.id,
    ...(message.edited ? { edited: message.edited } : {}),
    blocks: message.blocks ? message.blocks.map(translated) : [richText(message.ts, message.text)],
    ...(message.stream ? { streaming_state: message.stream.state } : {}),
    ...threadJson(channel, message),
    ...(message.reactions.length > 0 ? { reactions: reactionsJson(message) } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** @see https://docs.slack.dev/reference/objects/file-object */
export function fileJson(workspace: Workspace, file: StoredFile): Json {
  const address = `https://files.slack.com/files-pri/${workspace.id}-${file.id}`;
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    user: file.user,
    size: file.bytes.byteLength,
    mode: 'hosted',
    is_external: false,
    url_private: `${address}/${file.name}`,
    url_private_download: `${address}/download/${file.name}`,
    file_access: 'visible',
  };
}

function botJson(workspace: Workspace, botId: string): Json {
  const profile = { id: botId, app_id: workspace.appId, name: 'footnote', team_id: workspace.id };
  return { bot_id: botId, app_id: workspace.appId, bot_profile: profile };
}

function threadJson(channel: Channel, message: Message): Json {
  if (message.threadTs !== undefined) {
    const root = channel.messages.get(message.threadTs);
    return { thread_ts: message.threadTs, ...(root ? { parent_user_id: root.user } : {}) };
  }
  const replies = repliesOf(channel, message.ts);
  if (replies.length === 0) return {};
  const users = [...new Set(replies.map((each) => each.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users,
    is_locked: false,
    subscribed: true,
  };
}

function reactionsJson(message: Message): Json[] {
  const names = [...new Set(message.reactions.map((each) => each.name))];
  return names.map((name) => {
    const users = message.reactions.filter((each) => each.name === name).map((each) => each.user);
    return { name, users, count: users.length };
  });
}

function translated(block: Block, index: number): Json {
  const blockId = `b${index}`;
  return block.type === 'markdown'
    ? richText(blockId, String(block['text']))
    : { ...block, block_id: block['block_id'] ?? blockId };
}

function richText(blockId: string, text: string): Json {
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return { type: 'rich_text', block_id: blockId, elements: [section] };
}
