/**
 * The bot tokens that are or were: whose each is, what it may do, and whether Slack still takes it.
 *
 * A token of an organisation speaks in all of its workspaces; every other one in its own alone.
 * @see https://docs.slack.dev/authentication/tokens
 * @see https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
 */
import type { TokenState, Workspace } from './workspace.ts';

export interface BotToken {
  readonly token: string;
  readonly owner: { readonly teamId: string } | { readonly enterpriseId: string };
  /** `all`: a test that is not about scopes. */
  readonly scopes: readonly string[] | 'all';
  state: TokenState;
}

export interface BotTokens {
  issue(token: Omit<BotToken, 'state'>): BotToken;
  find(token: string): BotToken | undefined;
  /** Of a workspace or an organisation, newest last. */
  of(ownerId: string): readonly BotToken[];
  /** The workspace that a call with the token is about: of an organisation's, the one that its arguments lie in, else its first. */
  workspaceFor(token: BotToken, args: Readonly<Record<string, unknown>>): Workspace | undefined;
}

export function createBotTokens({
  workspaces,
}: {
  readonly workspaces: () => readonly Workspace[];
}): BotTokens {
  const tokens = new Map<string, BotToken>();
  const ownerOf = ({ owner }: BotToken) => ('teamId' in owner ? owner.teamId : owner.enterpriseId);

  return {
    issue(given) {
      const issued: BotToken = { ...given, state: 'valid' };
      tokens.set(issued.token, issued);
      return issued;
    },
    find: (token) => tokens.get(token),
    of: (ownerId) => [...tokens.values()].filter((each) => ownerOf(each) === ownerId),
    workspaceFor({ owner }, args) {
      if ('teamId' in owner) return workspaces().find((each) => each.id === owner.teamId);
      const own = workspaces().filter((each) => each.enterpriseId === owner.enterpriseId);
      const named = (name: string): string => String(args[name] ?? '');
      return (
        own.find((each) => each.id === named('team_id')) ??
        own.find((each) => each.channels.has(named('channel') || named('channel_id'))) ??
        own.find((each) => each.users.has(named('user') || named('users') || named('user_id'))) ??
        own[0]
      );
    },
  };
}
