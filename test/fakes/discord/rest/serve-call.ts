/**
 * The way of one REST call: the ban, planned failures, stops, the token, the limits, the route, the answer.
 * @see https://discord.com/developers/docs/reference#http-api
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallLog, RecordedCall } from '../call-log.ts';
import type { Failure, Interference } from '../interference.ts';
import type { InvalidRequests } from '../invalid-requests.ts';
import { DiscordRefusal, refusalBody } from '../refusal.ts';
import { type Answer, banned, tooMany, writeAnswer } from './answer.ts';
import { type RestBody, readBody } from './read-request.ts';
import { asJson, type RestDeps, type RestRoute } from './rest-route.ts';
import { findRoute } from './routes.ts';

export interface ServeCallDeps extends RestDeps {
  readonly interference: Interference;
  readonly calls: CallLog;
  readonly invalidRequests: InvalidRequests;
  readonly isToken: (authorization: string | undefined) => boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Asked {
  readonly route: RestRoute;
  readonly params: Record<string, string>;
  readonly query: URLSearchParams;
  readonly content: RestBody;
  readonly authorization: string | undefined;
}

const prefix = '/api/v10';

/** What nothing is known by: on record all the same, so that a test may see it. */
const unknownRoute: Pick<Asked, 'route' | 'params'> = {
  route: {
    ...{ method: 'unknown', verb: 'GET', path: '', isOpen: true },
    serve() {
      throw new DiscordRefusal('notFound');
    },
  },
  params: {},
};

export const serveCall = async (deps: ServeCallDeps, exchange: Exchange): Promise<void> => {
  const { request, response } = exchange;
  const content = await readBody(request);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', deps.origin());
  const path = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
  const found = path === pathname ? undefined : findRoute(request.method ?? '', path);
  const { authorization } = request.headers;
  const asked: Asked = { ...(found ?? unknownRoute), query, content, authorization };
  const call = record(deps, { asked, path, verb: request.method ?? '' });
  response.once('close', () => {
    if (call.status === 'open' || call.status === 'hanging')
      deps.calls.note(call, { isClientGone: true });
  });
  if (deps.invalidRequests.isBanned()) return answerWith(deps, { call, response, answer: banned });

  const failure = deps.interference.takeFailure(call);
  const isLost = failure?.status === 'apply-then-drop' || failure?.status === 'apply-then-hang';
  if (failure && !isLost) return fail(deps, { call, response, failure });
  if ((await deps.interference.pass(call, 'before-apply')) === 'drop')
    return drop(deps, { call, response });
  const answer = apply(deps, asked);
  deps.calls.note(call, { isApplied: answer.status < 300 });
  if (failure?.status === 'apply-then-hang') return deps.calls.end(call, 'hanging');
  if (failure || (await isDroppedAfter())) return drop(deps, { call, response });
  return answerWith(deps, { call, response, answer });

  async function isDroppedAfter(): Promise<boolean> {
    if (!call.isApplied) return false;
    return (await deps.interference.pass(call, 'after-apply')) === 'drop';
  }
};

const record = (
  { calls }: ServeCallDeps,
  { asked, path, verb }: { readonly asked: Asked; readonly path: string; readonly verb: string },
): RecordedCall => {
  const { route, params, query, content, authorization } = asked;
  return calls.begin({
    ...{ method: route.method, verb, path, params },
    query: Object.fromEntries(query),
    body: Array.isArray(content.body) ? { list: content.body } : asJson(content.body),
    fileNames: content.files.map(({ filename }) => filename),
    hasToken: authorization !== undefined,
  });
};

const apply = (deps: ServeCallDeps, asked: Asked): Answer => {
  const { route, params, query, content } = asked;
  let headers: Record<string, string> = {};
  try {
    if (!route.isOpen && !deps.isToken(asked.authorization))
      throw new DiscordRefusal('unauthorized');
    const taken = deps.limiter.take({ route, params, body: asJson(content.body) });
    headers = taken.headers;
    if (taken.limitedBy) return tooMany(taken.limitedBy, { headers });
    if (content.isMalformed) throw new DiscordRefusal(50109);
    const { body, files } = content;
    const answered = route.serve({ params, query, body, files }, deps);
    if (answered === undefined) return { status: 204, headers };
    return { status: route.status ?? 200, body: answered, headers };
  } catch (error) {
    if (!(error instanceof DiscordRefusal)) throw error;
    const scope = error.status === 429 ? { scope: 'user' as const } : {};
    return { status: error.status, body: refusalBody(error), headers, ...scope };
  }
};

const fail = (
  deps: ServeCallDeps,
  { call, response, failure }: { call: RecordedCall; response: ServerResponse; failure: Failure },
): void => {
  const { status, code = 0, retryAfterS = 1, scope = 'user' } = failure;
  if (status === 'hang') {
    deps.calls.end(call, 'hanging');
  } else if (typeof status === 'string') {
    drop(deps, { call, response });
  } else {
    const limitedBy = { scope, retryAfterMs: retryAfterS * 1000 };
    const answer =
      status === 429
        ? tooMany(limitedBy, { code })
        : { status, body: { message: `${status}: planned by the test`, code } };
    answerWith(deps, { call, response, answer });
  }
};

const drop = (
  { calls }: ServeCallDeps,
  { call, response }: { readonly call: RecordedCall; readonly response: ServerResponse },
): void => {
  calls.end(call, 'dropped');
  response.destroy();
};

const answerWith = (
  { calls, invalidRequests }: ServeCallDeps,
  { call, response, answer }: { call: RecordedCall; response: ServerResponse; answer: Answer },
): void => {
  const { status, body, scope } = answer;
  const code = asJson(body)['code'];
  invalidRequests.count(status, scope);
  writeAnswer(response, answer);
  calls.note(call, {
    ...(scope ? { scope } : {}),
    ...(status >= 400 && typeof code === 'number' ? { code } : {}),
  });
  calls.end(call, status);
};
