/** Installs the app in a workspace by OAuth: sends the person to Slack, takes what comes back, and keeps the token. */
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { NONCE, type SecureHeadersVariables, secureHeaders } from 'hono/secure-headers';
import * as z from 'zod';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { type InstallPage, renderInstallPage } from './install-pages.ts';
import { installPaths } from './install-paths.ts';
import { type InstallState, stateLifetimeMs } from './install-state.ts';
import type { SlackGrant, SlackInstallations } from './installations.ts';
import { botScopes } from './permissions.ts';
import type { SlackCall } from './slack-call.ts';

export interface InstallRouteDeps {
  readonly settings: {
    /** Of the Web API; the page that asks the person lies on the same host. */
    readonly apiUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  readonly state: InstallState;
  readonly installations: Pick<SlackInstallations, 'add' | 'mayInstall'>;
  /** A call with this token; undefined: with none. */
  readonly callWith: (botToken: string | undefined) => SlackCall;
  readonly log: Log;
}

interface Env {
  readonly Variables: SecureHeadersVariables;
}

const cookieName = 'footnote_install';
const cookieOptions = { prefix: 'host', path: '/', secure: true } as const;

const named = z.object({ id: z.string(), name: z.string().nullish() });
const accessSchema = z.object({
  /** With token rotation `xoxe.` stands in front. */
  access_token: z.string().regex(/^(?:xoxe\.)?xoxb-/),
  /** Only where token rotation is on. */
  refresh_token: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
  team: named.nullish(),
  enterprise: named.nullish(),
});

/**
 * `GET /slack/install` and `GET /slack/oauth_redirect`, for any server that hands requests on.
 *
 * The address that Slack sends the person back to is the one of the app's manifest: neither call names it.
 *
 * @see https://docs.slack.dev/authentication/installing-with-oauth
 * @see https://docs.slack.dev/reference/methods/oauth.v2.access
 */
export const createInstallRoutes = (
  deps: InstallRouteDeps,
): { handle(request: Request): Promise<Response> } => {
  const { settings, state, installations, callWith, log } = deps;
  const app = new Hono<Env>();
  app.use(pageHeaders, async (c, next) => {
    c.header('cache-control', 'no-store');
    return next();
  });
  app.use(async (c, next) => {
    // A link that is looked at ahead must not use the code up, and hono answers HEAD by GET's handler.
    if (c.req.raw.method !== 'GET') return c.body(null, 405, { allow: 'GET' });
    return next();
  });

  app.get(installPaths.install, (c) => {
    const issued = state.issue();
    setCookie(c, cookieName, issued.nonce, {
      ...cookieOptions,
      httpOnly: true,
      sameSite: 'Lax',
      maxAge: stateLifetimeMs / 1_000,
    });
    const url = new URL('/oauth/v2/authorize', settings.apiUrl);
    url.searchParams.set('client_id', settings.clientId);
    url.searchParams.set('scope', botScopes.join(','));
    url.searchParams.set('state', issued.state);
    return c.redirect(url.href);
  });

  const exchange = async (code: string): Promise<z.infer<typeof accessSchema>> => {
    const { clientId: client_id, clientSecret: client_secret } = settings;
    const args = { client_id, client_secret, code };
    return callWith(undefined)('oauth.v2.access', args, { answer: accessSchema });
  };
  /** The token is given back: it must not lie about where nobody keeps it. */
  const refuse = async (grant: SlackGrant, reason: string): Promise<void> => {
    log.warn('slack installation refused', { reason, workspace: grant.key });
    try {
      await callWith(grant.botToken)('auth.revoke', {}, { answer: z.unknown() });
    } catch (error) {
      log.warn('slack token not given back', { code: toBotError(error).code });
    }
  };
  const install = async (code: string): Promise<readonly [InstallPage, 200 | 403]> => {
    const access = await exchange(code);
    const grant = grantOf(access);
    if (grant === undefined) return [page.noWorkspace, 403];
    if (!installations.mayInstall(grant)) {
      await refuse(grant, 'workspace');
      return [page.notAllowed(grant), 403];
    }
    if (access.refresh_token) {
      await refuse(grant, 'token_rotation');
      return [page.rotation, 403];
    }
    await installations.add(grant);
    return [page.installed(grant), 200];
  };

  app.get(installPaths.redirect, async (c) => {
    const render = (shown: InstallPage) =>
      renderInstallPage(shown, {
        nonce: c.get('secureHeadersNonce') ?? '',
        installPath: installPaths.install,
      });
    const nonce = getCookie(c, cookieName, 'host');
    deleteCookie(c, cookieName, cookieOptions);
    const { state: given = '', code = '' } = c.req.query();
    try {
      await state.spend(given, nonce);
      if (code === '') return c.html(render(page.cancelled), 400);
      const [shown, status] = await install(code);
      return c.html(render(shown), status);
    } catch (error) {
      const failure = toBotError(error);
      log.warn('slack installation failed', { ...failure.details, code: failure.code });
      const [shown, status] = failed(failure);
      return c.html(render(shown), status);
    }
  });

  return { handle: async (request) => app.fetch(request) };
};

const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: [NONCE],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // The address holds the code and the state.
  referrerPolicy: 'no-referrer',
  // What stands before us decides whether its host is reached by HTTPS alone.
  strictTransportSecurity: false,
});

const grantOf = (access: z.infer<typeof accessSchema>): SlackGrant | undefined => {
  const { team, enterprise, access_token: botToken } = access;
  const installed = access.is_enterprise_install ? enterprise : team;
  if (!installed) return undefined;
  const { id: key, name } = installed;
  return { key, name: name ?? key, botToken, ...(enterprise && { enterprise: enterprise.id }) };
};

const failed = (failure: BotError): readonly [InstallPage, 400 | 502 | 503] => {
  switch (failure.code) {
    case 'signature_invalid':
      return [page.notBegunHere, 400];
    case 'store_unavailable':
      return [page.away, 503];
    case 'platform_rejected':
      return [page.rejected(String(failure.details['slackCode'])), 400];
    default:
      return [page.away, 502];
  }
};

const page = {
  installed: ({ name }: SlackGrant): InstallPage => ({
    title: 'Footnote is installed',
    lines: [
      `It is now in ${name}. In Slack, invite it to a channel with /invite @Footnote, and mention it with a question.`,
      'You can close this page.',
    ],
    again: false,
  }),
  cancelled: {
    title: 'Nothing was installed',
    lines: ['Slack was told not to install the app.'],
    again: true,
  },
  notBegunHere: {
    title: 'Nothing was installed',
    lines: [
      'This installation was not begun in this browser, was begun more than ten minutes ago, or is finished already.',
    ],
    again: true,
  },
  notAllowed: ({ name, key }: SlackGrant): InstallPage => ({
    title: 'Nothing was installed',
    lines: [
      `${name} (${key}) is not among the workspaces that this server answers in. Its operator can add it.`,
    ],
    again: false,
  }),
  noWorkspace: {
    title: 'Nothing was installed',
    lines: ['Slack named no workspace.'],
    again: true,
  },
  rotation: {
    title: 'Nothing was installed',
    lines: [
      'Token rotation is switched on for this app, and Slack lets nobody switch it off. The operator has to make the app anew from the manifest.',
    ],
    again: false,
  },
  rejected: (slackCode: string): InstallPage => ({
    title: 'Nothing was installed',
    lines: [`Slack refused: ${slackCode}.`],
    again: true,
  }),
  away: {
    title: 'Nothing was installed',
    lines: ['Slack or the database does not answer. Please try again in a while.'],
    again: true,
  },
} as const;
