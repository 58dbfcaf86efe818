/**
 * auth.test, auth.revoke, users.info, users.list, reactions.add.
 * @see https://docs.slack.dev/reference/methods/auth.test
 * @see https://docs.slack.dev/reference/methods/auth.revoke
 * @see https://docs.slack.dev/reference/methods/users.info
 * @see https://docs.slack.dev/reference/methods/users.list
 * @see https://docs.slack.dev/reference/methods/reactions.add
 */
import type { User, Workspace } from '../workspace.ts';
import {
  flagArgument,
  requiredText,
  SlackRefusal,
  textArgument,
  visibleChannel,
  type WebApiMethod,
} from './web-api-method.ts';

export const authTest: WebApiMethod = {
  acceptsJson: true,
  required: [],
  call({ workspace, token, state }) {
    const owner = token?.owner ?? { teamId: workspace.id };
    const home = 'enterpriseId' in owner ? state.enterprise(owner.enterpriseId) : workspace;
    const { enterpriseId } = workspace;
    return {
      url: `https://${workspace.domain}.slack.com/`,
      team: home.name,
      user: 'footnote',
      team_id: home.id,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      ...(enterpriseId === undefined ? {} : { enterprise_id: enterpriseId }),
      is_enterprise_install: 'enterpriseId' in owner,
    };
  },
};

export const authRevoke: WebApiMethod = {
  acceptsJson: false,
  required: [],
  call({ token, args }) {
    if (token && !flagArgument(args, 'test')) token.state = 'token_revoked';
    return { revoked: !flagArgument(args, 'test') };
  },
};

export const usersInfo: WebApiMethod = {
  acceptsJson: false,
  required: ['user'],
  call({ workspace, args }) {
    const id = requiredText(args, 'user');
    const user = id === workspace.botUserId ? botUser(workspace) : workspace.users.get(id);
    if (!user) throw new SlackRefusal('user_not_found');
    return { user: userJson(user) };
  },
};

/** Everybody who has an account, guests and bots too, and those of other companies that Slack Connect brought. */
export const usersList: WebApiMethod = {
  acceptsJson: false,
  required: [],
  call({ workspace, token, args }) {
    const isOfOrg = token !== undefined && 'enterpriseId' in token.owner;
    if (isOfOrg && textArgument(args, 'team_id') === undefined)
      throw new SlackRefusal('missing_argument');
    const all = [...workspace.users.values(), botUser(workspace)];
    const start = Number(textArgument(args, 'cursor') || '0');
    const limit = Number(textArgument(args, 'limit'));
    // Without a limit Slack tries to send everybody, and fails in a large workspace.
    if (!(limit > 0)) throw new SlackRefusal('limit_required');
    if (limit > 1_000) throw new SlackRefusal('invalid_limit');
    const next = start + limit < all.length ? String(start + limit) : '';
    return {
      members: all.slice(start, start + limit).map(userJson),
      response_metadata: { next_cursor: next },
    };
  },
};

function userJson(user: User) {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    real_name: user.name,
    deleted: false,
    is_bot: user.isBot,
    is_restricted: user.isRestricted,
    is_ultra_restricted: user.isUltraRestricted,
    is_admin: user.isAdmin,
    is_owner: false,
    ...(user.isStranger ? { is_stranger: true } : {}),
    ...(user.enterpriseId === undefined ? {} : { enterprise_user: enterpriseUser(user) }),
    profile: { real_name: user.name, display_name: user.name, team: user.teamId },
  };
}

function botUser({ botUserId, id, enterpriseId }: Workspace): User {
  return {
    ...{ id: botUserId, teamId: id, name: 'footnote', isBot: true, enterpriseId },
    ...{ isRestricted: false, isUltraRestricted: false, isStranger: false, isAdmin: false },
  };
}

function enterpriseUser({ id, enterpriseId, teamId }: User) {
  return {
    ...{ id, enterprise_id: enterpriseId, enterprise_name: 'Org', teams: [teamId] },
    ...{ is_admin: false, is_owner: false },
  };
}

export const addReaction: WebApiMethod = {
  acceptsJson: true,
  required: ['channel', 'name', 'timestamp'],
  call(context) {
    const { workspace, state, args } = context;
    const channel = visibleChannel(context);
    const previous = channel.messages.get(requiredText(args, 'timestamp'));
    if (!previous || previous.isTombstone) throw new SlackRefusal('message_not_found');
    const name = textArgument(args, 'name') ?? '';
    if (!/^[a-z0-9_+'-]+$/.test(name)) throw new SlackRefusal('invalid_name');
    const user = workspace.botUserId;
    if (previous.reactions.some((each) => each.name === name && each.user === user))
      throw new SlackRefusal('already_reacted');
    const message = { ...previous, reactions: [...previous.reactions, { name, user }] };
    state.replace({ workspace, channel }, { previous, message, byBot: true }, 'reaction');
    return {};
  },
};
