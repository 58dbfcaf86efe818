/** The HTTP API as one Hono app: RAGFlow's v1 routes, health, and the routes that other parts bring. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { safeCause, toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { type AnswerRouteDeps, addAnswerRoutes } from './answer-routes.ts';
import { createAuthenticate, type HttpEnv } from './authenticate.ts';
import { addConversationRoutes, type ConversationRouteDeps } from './conversation-routes.ts';
import { Refusal, ragflowCodes, refusalOf } from './envelope.ts';

/** A route of another part; it checks its callers itself. */
export interface ExtraRoute {
  readonly path: string;
  handle(request: Request): Promise<Response>;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is needed, and whether it answers. No addresses: everybody may read this. */
  readonly parts: Readonly<Record<string, boolean>>;
}

/** The metrics of this process, as a text that a collector reads. */
export interface PrintedMetrics {
  readonly contentType: string;
  render(): Promise<string>;
}

export interface HealthAppDeps {
  readonly checkReadiness: () => Promise<Readiness>;
  readonly metrics: PrintedMetrics;
  /** Empty: only this machine is answered. */
  readonly apiKeys: readonly string[];
  readonly extraRoutes?: readonly ExtraRoute[];
  readonly log: Log;
}

export type HttpAppDeps = HealthAppDeps & ConversationRouteDeps & AnswerRouteDeps;

/** The longest question, the history that a client brings, and room. */
const maxBodyBytes = 1024 * 1024;

/** `/healthz`, `/readyz`, `/metrics` and the extra routes: all that a process without the API serves. Metrics are for those whom the API would answer. */
export const createHealthApp = (deps: HealthAppDeps): Hono<HttpEnv> => {
  const { checkReadiness, log } = deps;
  const app = new Hono<HttpEnv>();
  app.onError((error, c) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) {
      const { code } = toBotError(error);
      log.error('request failed', { route: c.req.routePath, code, name: safeCause(error).name });
    }
    return c.json(refusal.envelope, refusal.status);
  });
  app.notFound((c) => {
    const message = `Not Found: ${c.req.path}`;
    return c.json({ code: ragflowCodes.notFound, message, data: null, error: 'Not Found' }, 404);
  });
  for (const route of deps.extraRoutes ?? []) app.all(route.path, (c) => route.handle(c.req.raw));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    try {
      const readiness = await checkReadiness();
      return c.json(readiness, readiness.ready ? 200 : 503);
    } catch (error) {
      log.warn('readiness not known', { code: toBotError(error).code });
      return c.json({ ready: false, parts: {} }, 503);
    }
  });
  app.use('/metrics', createAuthenticate(deps.apiKeys));
  app.get('/metrics', async (c) =>
    c.body(await deps.metrics.render(), 200, { 'content-type': deps.metrics.contentType }),
  );
  return app;
};

/** Needs no server: `app.request(path, init, connection)` is a whole call. */
export const createHttpApp = (deps: HttpAppDeps): Hono<HttpEnv> => {
  const app = createHealthApp(deps);
  const authenticate = createAuthenticate(deps.apiKeys);
  app.use('/v1/*', authenticate, limitBody);
  addConversationRoutes(app, deps);
  addAnswerRoutes(app, deps);
  // With keys the hint is for everybody: it tells nothing.
  if (deps.apiKeys.length === 0) app.use('/', authenticate);
  app.get('/', (c) =>
    c.text(
      'Footnote answers questions from your documents, with footnotes. The API is under /v1.\n',
    ),
  );
  return app;
};

const limitBody = bodyLimit({
  maxSize: maxBodyBytes,
  onError: () => {
    throw new Refusal(ragflowCodes.tooLarge, 'The body is larger than 1 MiB.', { status: 413 });
  },
});
