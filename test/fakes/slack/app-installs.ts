/**
 * How workspaces and organisations come to an app and leave it: the page that asks a person, the code, its exchange, uninstalling.
 *
 * A code is good once and for ten minutes. Installed again, an app gets a new token, and the earlier one is refused.
 * @see https://docs.slack.dev/authentication/installing-with-oauth
 * @see https://docs.slack.dev/reference/methods/oauth.v2.access
 * @see https://docs.slack.dev/reference/events/app_uninstalled
 */
import type { BotTokens } from './bot-tokens.ts';
import type { FakeSlackClock } from './clock.ts';
import type { Delivery, EventSender } from './event-sender.ts';
import type { Json } from './message-json.ts';
import { SlackRefusal } from './web-api/web-api-method.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface FakeApp {
  readonly clientId: string;
  readonly clientSecret: string;
  /** As the app's settings list them; the first is used when an installation names none. */
  readonly redirectUrls: readonly string[];
  /** The one switch that nobody switches off again. */
  readonly tokenRotation?: boolean;
}

/** Who says yes: an admin of a workspace or, for all of it, of an organisation. */
export type Approver = { readonly teamId: string } | { readonly enterpriseId: string };

interface Code {
  readonly approver: Approver;
  readonly scopes: readonly string[];
  readonly redirectUri: string | undefined;
  readonly expiresAtMs: number;
}

export interface AppInstalls {
  /** The app as it is registered with Slack, for installing; without it there is none. */
  registerApp(app: FakeApp): void;
  /**
   * A person opens the address that the app sent them to, and agrees or not: gives the address that Slack sends them back to. Throws for what Slack shows an
   * error page for.
   */
  approve(authorizeUrl: string, by: Approver & { readonly denies?: boolean }): string;
  /** Its tokens are refused from now on; Slack tells it by both events, in either order. */
  uninstall(
    by: Approver & { readonly eventsFirst?: 'tokens_revoked' },
  ): Promise<readonly Delivery[]>;
  /** One of the two events of an uninstalling, as it may come late or again. */
  sendUninstallEvent(by: Approver, type?: UninstallEvent): Promise<Delivery>;
  /** The answer of `oauth.v2.access` beside `ok: true`; throws SlackRefusal. */
  access(args: Readonly<Record<string, unknown>>): Json;
}

export type UninstallEvent = 'app_uninstalled' | 'tokens_revoked';

const codeLifetimeMs = 10 * 60_000;

export function createAppInstalls({
  state,
  tokens,
  sender,
  clock,
}: {
  readonly state: WorkspaceState;
  readonly tokens: BotTokens;
  readonly sender: EventSender;
  readonly clock: FakeSlackClock;
}): AppInstalls {
  const codes = new Map<string, Code>();
  let registered: FakeApp | undefined;
  let issued = 0;

  function app(): FakeApp {
    if (!registered) throw new Error('no app is registered with the fake Slack');
    return registered;
  }
  function next(prefix: string): string {
    issued += 1;
    return `${prefix}-${issued}`;
  }

  function refuseTokensOf(approver: Approver): void {
    for (const each of tokens.of(idOf(approver))) each.state = 'account_inactive';
  }

  function sendUninstallEvent(by: Approver, type: UninstallEvent = 'app_uninstalled') {
    const isOrg = 'enterpriseId' in by;
    const home = isOrg ? state.enterprise(by.enterpriseId) : state.workspace(by.teamId);
    const bots = isOrg ? [`U0BOT${home.id}`] : [state.workspace(by.teamId).botUserId];
    const event = type === 'app_uninstalled' ? {} : { tokens: { oauth: [], bot: bots } };
    const body = {
      token: 'verification-token',
      team_id: isOrg ? null : by.teamId,
      ...(isOrg ? { enterprise_id: by.enterpriseId } : {}),
      api_app_id: 'A0FOOTNOTE',
      event: { type, ...event },
      type: 'event_callback',
      event_id: next('EvUninstall'),
      event_time: Math.floor(clock.now() / 1000),
    };
    return sender.sendEvent({ type }, { rawBody: JSON.stringify(body) });
  }

  return {
    registerApp(given) {
      registered = given;
    },
    approve(authorizeUrl, { denies = false, ...by }) {
      const { pathname, searchParams } = new URL(authorizeUrl);
      const { clientId, redirectUrls } = app();
      const redirectUri = searchParams.get('redirect_uri') ?? undefined;
      const scopes = searchParams.get('scope')?.split(',') ?? [];
      if (pathname !== '/oauth/v2/authorize') throw new Error('no page of Slack');
      if (searchParams.get('client_id') !== clientId) throw new Error('invalid_client_id');
      if (redirectUri !== undefined && !redirectUrls.includes(redirectUri))
        throw new Error('bad_redirect_uri');
      if (scopes.length === 0 || scopes.some((each) => !/^[a-z_.]+(:[a-z_.]+)?$/.test(each)))
        throw new Error('invalid_scope');
      const target = new URL(redirectUri ?? redirectUrls[0] ?? '');
      const given = searchParams.get('state');
      if (given !== null) target.searchParams.set('state', given);
      if (denies) {
        target.searchParams.set('error', 'access_denied');
        return target.href;
      }
      const code = next('code');
      const expiresAtMs = clock.now() + codeLifetimeMs;
      codes.set(code, { approver: by, scopes, redirectUri, expiresAtMs });
      target.searchParams.set('code', code);
      return target.href;
    },
    access(args) {
      const { clientId, clientSecret, tokenRotation } = app();
      if (args['client_id'] !== clientId) throw new SlackRefusal('invalid_client_id');
      if (args['client_secret'] !== clientSecret) throw new SlackRefusal('bad_client_secret');
      const code = codes.get(String(args['code'] ?? ''));
      if (!code || code.expiresAtMs <= clock.now()) throw new SlackRefusal('invalid_code');
      if ((args['redirect_uri'] ?? undefined) !== code.redirectUri)
        throw new SlackRefusal('bad_redirect_uri');
      codes.delete(String(args['code']));
      const { approver, scopes } = code;
      refuseTokensOf(approver);
      const name = tokenRotation ? 'xoxe.xoxb-1-installed' : 'xoxb-installed';
      const { token } = tokens.issue({ token: next(name), owner: approver, scopes });
      const isOrg = 'enterpriseId' in approver;
      const workspace = isOrg ? undefined : state.workspace(approver.teamId);
      const enterpriseId = isOrg ? approver.enterpriseId : workspace?.enterpriseId;
      const enterprise = enterpriseId === undefined ? null : state.enterprise(enterpriseId);
      return {
        app_id: 'A0FOOTNOTE',
        authed_user: { id: 'U0ADMIN' },
        scope: scopes.join(','),
        token_type: 'bot',
        access_token: token,
        bot_user_id: workspace?.botUserId ?? `U0BOT${enterpriseId}`,
        team: workspace ? { id: workspace.id, name: workspace.name } : null,
        enterprise: enterprise && { id: enterprise.id, name: enterprise.name },
        is_enterprise_install: isOrg,
        ...(tokenRotation ? { refresh_token: 'xoxe-1-refresh', expires_in: 43_200 } : {}),
      };
    },
    async uninstall({ eventsFirst, ...by }) {
      refuseTokensOf(by);
      const order: readonly UninstallEvent[] = ['app_uninstalled', 'tokens_revoked'];
      const deliveries: Delivery[] = [];
      for (const type of eventsFirst ? order.toReversed() : order)
        deliveries.push(await sendUninstallEvent(by, type));
      return deliveries;
    },
    sendUninstallEvent,
  };
}

function idOf(approver: Approver): string {
  return 'teamId' in approver ? approver.teamId : approver.enterpriseId;
}
