/**
 * conversations.history, conversations.replies, conversations.info, conversations.members, conversations.open.
 * @see https://docs.slack.dev/reference/methods/conversations.history
 * @see https://docs.slack.dev/reference/methods/conversations.replies
 * @see https://docs.slack.dev/reference/methods/conversations.info
 * @see https://docs.slack.dev/reference/methods/conversations.members
 * @see https://docs.slack.dev/reference/methods/conversations.open
 */
import { messageJson } from '../message-json.ts';
import { byTs, type Message, repliesOf, type User, type Workspace } from '../workspace.ts';
import {
  type Arguments,
  flagArgument,
  requiredText,
  SlackRefusal,
  textArgument,
  visibleChannel,
  type WebApiMethod,
} from './web-api-method.ts';

export const replies: WebApiMethod = {
  acceptsJson: false,
  required: ['channel', 'ts'],
  call(context) {
    const { workspace, state, args } = context;
    const channel = visibleChannel(context);
    if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
    const root = channel.messages.get(requiredText(args, 'ts'));
    if (!root) throw new SlackRefusal('thread_not_found');
    // The root comes whatever `oldest` and `latest` say; a reply's own ts gives that reply alone.
    const inRange = repliesOf(channel, root.ts).filter(rangeOf(args));
    const start = cursorStart(args);
    const whole = [root, ...inRange].filter((each) => start === undefined || each.ts >= start);
    const limit = Math.min(state.limits.pageSize, Number(textArgument(args, 'limit')) || 1_000);
    const next = whole[limit];
    const withMetadata = flagArgument(args, 'include_all_metadata');
    return {
      messages: whole
        .slice(0, limit)
        .map((each) => messageJson({ workspace, channel }, each, { withMetadata })),
      has_more: next !== undefined,
      ...(next ? { response_metadata: { next_cursor: cursorOf(next) } } : {}),
    };
  },
};

/** What stands in the channel itself, newest first; replies are in their threads. */
export const history: WebApiMethod = {
  acceptsJson: false,
  required: ['channel'],
  call(context) {
    const { workspace, state, args } = context;
    const channel = visibleChannel(context);
    if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
    const start = cursorStart(args);
    const whole = [...channel.messages.values()]
      .filter((each) => each.threadTs === undefined)
      .filter(rangeOf(args))
      .filter((each) => start === undefined || each.ts <= start)
      .sort((left, right) => byTs(right, left));
    const limit = Math.min(state.limits.pageSize, Number(textArgument(args, 'limit')) || 100);
    const next = whole[limit];
    const withMetadata = flagArgument(args, 'include_all_metadata');
    return {
      messages: whole
        .slice(0, limit)
        .map((each) => messageJson({ workspace, channel }, each, { withMetadata })),
      has_more: next !== undefined,
      ...(next ? { response_metadata: { next_cursor: cursorOf(next) } } : {}),
    };
  },
};

export const info: WebApiMethod = {
  acceptsJson: false,
  required: ['channel'],
  call(context) {
    const channel = visibleChannel(context);
    if (channel.kind === 'im')
      return { channel: { id: channel.id, is_im: true, user: channel.withUser } };
    const isPrivate = channel.kind !== 'channel';
    return {
      channel: {
        id: channel.id,
        name: channel.name,
        is_channel: !isPrivate,
        is_group: isPrivate,
        is_im: false,
        is_mpim: channel.kind === 'mpim',
        is_private: isPrivate,
        is_archived: channel.isArchived,
        is_shared: channel.isExtShared,
        is_ext_shared: channel.isExtShared,
        is_org_shared: false,
        is_member: channel.botIsMember,
        context_team_id: context.workspace.id,
      },
    };
  },
};

/** The bot is one of them where it is in; guests and people of other companies are only where they were let in. */
export const members: WebApiMethod = {
  acceptsJson: false,
  required: ['channel'],
  call(context) {
    const channel = visibleChannel(context);
    const { workspace, args } = context;
    const people = channel.members ?? teamOf(workspace);
    const all = [...people, ...(channel.botIsMember ? [workspace.botUserId] : [])].sort();
    const start = Number(textArgument(args, 'cursor') || '0');
    const limit = Math.min(1_000, Number(textArgument(args, 'limit')) || 100);
    const next = start + limit < all.length ? String(start + limit) : '';
    return {
      members: all.slice(start, start + limit),
      response_metadata: { next_cursor: next },
    };
  },
};

function teamOf({ id, users }: Workspace): readonly string[] {
  const isOutside = (user: User) =>
    user.isRestricted || user.isUltraRestricted || user.isStranger || user.teamId !== id;
  return [...users.values()].filter((user) => !isOutside(user)).map((user) => user.id);
}

export const open: WebApiMethod = {
  acceptsJson: true,
  required: [],
  call({ workspace, state, args }) {
    const users = textArgument(args, 'users');
    if (!users) throw new SlackRefusal('users_list_not_supplied');
    if (users.includes(',')) throw new SlackRefusal('fake_does_not_model_group_messages');
    const user = workspace.users.get(users);
    if (!user) throw new SlackRefusal('user_not_found');
    if (user.isBot) throw new SlackRefusal('cannot_dm_bot');
    return { channel: { id: state.openDirectMessage(workspace, user.id).id } };
  },
};

function rangeOf(args: Arguments): (message: Message) => boolean {
  const oldest = textArgument(args, 'oldest') ?? '0';
  const latest = textArgument(args, 'latest');
  if (!/^\d+(\.\d+)?$/.test(oldest)) throw new SlackRefusal('invalid_ts_oldest');
  if (latest !== undefined && !/^\d+(\.\d+)?$/.test(latest))
    throw new SlackRefusal('invalid_ts_latest');
  const inclusive = flagArgument(args, 'inclusive');
  return ({ ts }) => {
    const atEdge = inclusive && (ts === oldest || ts === latest);
    return atEdge || (ts > oldest && (latest === undefined || ts < latest));
  };
}

function cursorOf(message: Message): string {
  return Buffer.from(`next_ts:${message.ts}`).toString('base64');
}

function cursorStart(args: Arguments): string | undefined {
  const cursor = textArgument(args, 'cursor');
  if (!cursor) return undefined;
  const [, start] = /^next_ts:(.+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (start === undefined) throw new SlackRefusal('invalid_cursor');
  return start;
}
