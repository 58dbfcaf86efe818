/**
 * auth.test, auth.revoke, users.info, reactions.add.
 * @see https://docs.slack.dev/reference/methods/auth.test
 * @see https://docs.slack.dev/reference/methods/auth.revoke
 * @see https://docs.slack.dev/reference/methods/users.info
 * @see https://docs.slack.dev/reference/methods/reactions.add
 */
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
    const user = workspace.users.get(requiredText(args, 'user'));
    if (!user) throw new SlackRefusal('user_not_found');
    return {
      user: {
        id: user.id,
        team_id: user.teamId,
        name: user.name,
        real_name: user.name,
        deleted: false,
        is_bot: user.isBot,
        is_restricted: user.isRestricted,
        is_ultra_restricted: user.isUltraRestricted,
        ...(user.isStranger ? { is_stranger: true } : {}),
        profile: { real_name: user.name, display_name: user.name, team: user.teamId },
      },
    };
  },
};

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
