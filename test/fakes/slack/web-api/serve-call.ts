/**
 * The way of one Web API call: planned failures, stops, token, rate limit, the method, the answer.
 *
 * Slack's refusals are `ok: false` in a 200; only rate limits and outages have another status.
 * @see https://docs.slack.dev/apis/web-api#responses
 * @see https://docs.slack.dev/apis/web-api/rate-limits#overview
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppInstalls } from '../app-installs.ts';
import type { BotToken } from '../bot-tokens.ts';
import type { CallLog, RecordedCall } from '../call-log.ts';
import type { FakeSlackClock } from '../clock.ts';
import type { Failure, Interference } from '../interference.ts';
import type { RateLimiter } from '../rate-limits.ts';
import { scopesFor } from '../scopes.ts';
import type { SocketMode } from '../socket-mode.ts';
import type { ViewStore } from '../view-store.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceState } from '../workspace-state.ts';
import { webApiMethods } from './methods.ts';
import { readRequest, type WebApiRequest } from './read-request.ts';
import { SlackRefusal, type WebApiMethod } from './web-api-method.ts';

export interface ServeCallDeps {
  readonly state: WorkspaceState;
  readonly views: ViewStore;
  readonly clock: FakeSlackClock;
  /** Where the fake is reached, without a slash at its end. */
  readonly origin: () => string;
  readonly rateLimiter: RateLimiter;
  readonly interference: Interference;
  readonly installs: Pick<AppInstalls, 'access'>;
  readonly calls: CallLog;
  /** `apps.connections.open`, the one method that takes the app's own token. */
  readonly openSocket: SocketMode['open'];
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfterS?: number;
  readonly scopes?: BotToken['scopes'] | undefined;
}

export async function serveCall(
  deps: ServeCallDeps,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const { response } = exchange;
  const request = await readRequest(exchange.request);
  if (!request) {
    response.writeHead(404).end();
    return;
  }
  const token = deps.state.tokens.find(request.token ?? '');
  const workspace = token && deps.state.tokens.workspaceFor(token, request.args);
  const call = deps.calls.begin({
    method: request.method,
    args: request.args,
    teamId: workspace?.id,
  });
  response.once('close', () => {
    if (call.status === 'open' || call.status === 'hanging') deps.calls.clientGone(call);
  });

  const failure = deps.interference.takeFailure(call);
  const isLost = failure?.status === 'apply-then-drop' || failure?.status === 'apply-then-hang';
  if (failure && !isLost) {
    fail(deps, { call, response, failure });
    return;
  }
  if ((await deps.interference.pass(call, 'before-apply')) === 'drop') {
    drop(deps, { call, response });
    return;
  }
  const answer = { ...apply(deps, { request, token, workspace }), scopes: token?.scopes };
  deps.calls.applied(call, answer.body);
  if (failure?.status === 'apply-then-hang') deps.calls.end(call, 'hanging');
  else if (failure || (await isDroppedAfter())) drop(deps, { call, response });
  else send(deps, { call, response, answer });

  async function isDroppedAfter(): Promise<boolean> {
    if (!call.isApplied) return false;
    return (await deps.interference.pass(call, 'after-apply')) === 'drop';
  }
}

function apply(
  deps: ServeCallDeps,
  {
    request,
    token,
    workspace,
  }: {
    request: WebApiRequest;
    token: BotToken | undefined;
    workspace: Workspace | undefined;
  },
): Answer {
  const { state, views, clock } = deps;
  try {
    // Both are called without a workspace's token.
    if (request.method === 'oauth.v2.access')
      return { status: 200, body: { ok: true, ...deps.installs.access(request.args) } };
    if (request.method === 'apps.connections.open')
      return openSocket(deps, { request, isBotToken: token !== undefined });
    const method = webApiMethods[request.method];
    if (!method) throw new SlackRefusal('unknown_method');
    const caller = authenticated(request, { token, workspace });
    const refused = missingScope(request, { token, workspace: caller });
    if (refused) return refused;
    const channel = request.args['channel'] ?? request.args['channel_id'];
    const retryAfterS = deps.rateLimiter.take({
      method: request.method,
      teamId: caller.id,
      channel: typeof channel === 'string' ? channel : undefined,
    });
    if (retryAfterS !== undefined) return rateLimited(retryAfterS);
    const args = usableArguments(request, method);
    return {
      status: 200,
      body: {
        ok: true,
        ...method.call({
          workspace: caller,
          token,
          state,
          views,
          clock,
          origin: deps.origin(),
          args,
        }),
      },
    };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { status: 200, body: refusal(error.code, error.messages) };
  }
}

function openSocket(
  deps: ServeCallDeps,
  { request, isBotToken }: { readonly request: WebApiRequest; readonly isBotToken: boolean },
): Answer {
  const { method, token } = request;
  const opened = deps.openSocket({ token, isBotToken });
  const retryAfterS = deps.rateLimiter.take({ method, teamId: 'app', channel: undefined });
  if (retryAfterS !== undefined) return rateLimited(retryAfterS);
  return { status: 200, body: { ok: true, ...opened } };
}

interface Caller {
  readonly token: BotToken | undefined;
  readonly workspace: Workspace | undefined;
}

function authenticated(request: WebApiRequest, { token, workspace }: Caller): Workspace {
  if (request.token === undefined) throw new SlackRefusal('not_authed');
  if (!token || !workspace) throw new SlackRefusal('invalid_auth');
  if (token.state !== 'valid') throw new SlackRefusal(token.state);
  return workspace;
}

function missingScope(request: WebApiRequest, { token, workspace }: Caller): Answer | undefined {
  const { method, args } = request;
  const provided = token?.scopes ?? 'all';
  const channel = workspace?.channels.get(String(args['channel'] ?? args['channel_id'] ?? ''));
  const needed = scopesFor(method, channel);
  if (provided === 'all' || needed.length === 0 || needed.some((each) => provided.includes(each)))
    return undefined;
  const told = { needed: needed.join(','), provided: provided.join(',') };
  return { status: 200, body: { ...refusal('missing_scope'), ...told } };
}

function usableArguments(request: WebApiRequest, method: WebApiMethod) {
  if (request.fault) throw new SlackRefusal(request.fault);
  const args = request.bodyKind === 'json' && !method.acceptsJson ? {} : request.args;
  const missing = method.required.filter((name) => args[name] === undefined || args[name] === '');
  if (missing.length === 0) return args;
  throw new SlackRefusal(
    'invalid_arguments',
    missing.map((name) => `[ERROR] missing required field: ${name}`),
  );
}

function refusal(error: string, messages: readonly string[] = []) {
  const details = messages.length > 0 ? { response_metadata: { messages } } : {};
  return { ok: false, error, ...details };
}

function rateLimited(retryAfterS: number): Answer {
  return { status: 429, body: refusal('ratelimited'), retryAfterS };
}

export function fail(
  deps: ServeCallDeps,
  { call, response, failure }: { call: RecordedCall; response: ServerResponse; failure: Failure },
): void {
  const { status } = failure;
  if (status === 'hang') {
    deps.calls.end(call, 'hanging');
  } else if (typeof status === 'string') {
    drop(deps, { call, response });
  } else {
    const body = refusal(failure.error ?? 'internal_error');
    const answer = status === 429 ? rateLimited(failure.retryAfterS ?? 1) : { status, body };
    deps.calls.refused(call, answer.body);
    send(deps, { call, response, answer });
  }
}

export function drop(
  { calls }: ServeCallDeps,
  { call, response }: { call: RecordedCall; response: ServerResponse },
): void {
  calls.end(call, 'dropped');
  response.destroy();
}

function send(
  { calls }: ServeCallDeps,
  { call, response, answer }: { call: RecordedCall; response: ServerResponse; answer: Answer },
): void {
  const { status, body, retryAfterS, scopes = 'all' } = answer;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'x-slack-req-id': `req-${call.nth}`,
    ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }),
    ...(scopes === 'all' ? {} : { 'x-oauth-scopes': scopes.join(',') }),
  });
  response.end(JSON.stringify(body));
  calls.end(call, status);
}
