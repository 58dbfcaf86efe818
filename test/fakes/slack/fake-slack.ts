/**
 * A Slack that runs in the test: Web API and Events API on loopback, as strict as the vendor, with the whole timeline.
 *
 * Each other file names the page of Slack's documentation that its rules stand on. It knows nothing of the product.
 */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { machineClock } from '../http/clock.ts';
import { createWaiting } from '../http/wait-for.ts';
import { createAppInstalls } from './app-installs.ts';
import { createCallLog } from './call-log.ts';
import type { FakeSlackClock } from './clock.ts';
import { messageEvent } from './event-payloads.ts';
import { createEventSender } from './event-sender.ts';
import { createInteractions } from './interactions.ts';
import { createInterference } from './interference.ts';
import { createPeople } from './people.ts';
import { createRateLimiter, type RateLimits, slackRateLimits } from './rate-limits.ts';
import { createResponseUrls } from './response-urls.ts';
import { createSocketMode } from './socket-mode.ts';
import { createTimeline } from './timeline.ts';
import { createViewStore } from './view-store.ts';
import { serveCall } from './web-api/serve-call.ts';
import { isFileRequest, serveFile } from './web-api/serve-file.ts';
import { createWorkspaceState, type StateChange } from './workspace-state.ts';

export interface FakeSlackOptions {
  readonly signingSecret: string;
  /** The token of the first workspace, `T0FAKE`; more come by `addTeam`. */
  readonly botToken: string;
  /** An app-level token: the app is set to Socket Mode, and everything goes there. */
  readonly appToken?: string;
  /** Where events go; may be told later by `sendEventsTo`. */
  readonly eventsUrl?: string;
  readonly clock?: FakeSlackClock;
  /** The monotonic clock of the timeline; default `performance.now`. */
  readonly monotonicMs?: () => number;
  /** Default `on`; a table replaces the rules of the methods it names. */
  readonly limits?: 'on' | 'off' | RateLimits;
  /** Send the bot's own posts, edits and deletions back as events, as Slack does; default false. */
  readonly echoOwn?: boolean;
  /** Default: a free one. */
  readonly port?: number;
}

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;

export async function startFakeSlack(options: FakeSlackOptions) {
  const { clock = machineClock, monotonicMs = () => performance.now() } = options;
  const closing = new AbortController();
  // Every open try waits on it.
  setMaxListeners(0, closing.signal);
  const waiting = createWaiting();
  const { changed } = waiting;
  const state = createWorkspaceState({ clock });
  const team = state.addTeam({ id: 'T0FAKE', botToken: options.botToken });
  const timeline = createTimeline({ state, clock, monotonicMs });
  const log = createCallLog({ monotonicMs, onChange: changed });
  const interference = createInterference();
  const rateLimiter = createRateLimiter({ clock, limits: rulesOf(options.limits) });
  let eventsUrl = options.eventsUrl;
  const socketMode = createSocketMode({
    ...{ clock, signal: closing.signal, onChange: changed },
    appToken: options.appToken,
    host: () => host,
  });
  const { open: openSocket, upgrade, send, close: closeSockets, ...socketControls } = socketMode;
  const sender = createEventSender({
    ...{ state, clock, monotonicMs, onChange: changed, signal: closing.signal },
    signingSecret: options.signingSecret,
    eventsUrl: () => eventsUrl,
    socket: options.appToken === undefined ? undefined : { send },
  });
  const people = createPeople({ state, sender });
  const installs = createAppInstalls({ state, tokens: state.tokens, sender, clock });
  const views = createViewStore({ clock, onChange: changed });
  const responseUrls = createResponseUrls({
    ...{ state, clock },
    baseUrl: () => `http://127.0.0.1:${port}`,
  });
  const interactions = createInteractions({ state, sender, views, responseUrls });

  const echoes = new Set<Promise<unknown>>();
  if (options.echoOwn) state.onChange(echo);
  state.onChange(changed);

  /** Slack sends echoes on its own time: nobody waits for them except `close`. */
  function echo(change: StateChange): void {
    const event = change.byBot ? messageEvent(change) : undefined;
    if (!event || (eventsUrl === undefined && options.appToken === undefined)) return;
    const sent = sender.sendEvent(event, { teamId: change.workspace.id });
    echoes.add(sent);
    void sent.finally(() => echoes.delete(sent));
  }

  /** The answers to interactions, and files; everything else is the Web API. */
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isFileRequest(request.url ?? '')) return serveFile(deps, { request, response });
    if (!request.url?.startsWith('/response/')) return serveCall(deps, { request, response });
    const { status, body } = responseUrls.take(request.url, await json(request));
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  }

  let origin = '';
  const deps = {
    ...{ state, views, clock, rateLimiter, interference, installs, calls: log, openSocket },
    origin: () => origin,
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => giveUp(request, response, error));
  });
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  origin = `http://${host}`;

  return {
    apiUrl: `${origin}/api/`,
    team,
    addTeam: state.addTeam,
    addEnterprise: state.addEnterprise,
    addChannel: state.addChannel,
    addUser: state.addUser,
    /** The direct message of the bot and a person, as if they had spoken before; gives its id. */
    openDirectMessage: ({ user, teamId }: { readonly user: string; readonly teamId?: string }) =>
      state.openDirectMessage(state.workspace(teamId), user).id,
    /** A file of a person, ready to be attached to a question. */
    addFile: state.addFile,
    limitPages: state.limitPages,
    signOutDownloads: state.signOutDownloads,
    holdShares: state.holdShares,
    releaseShares: state.releaseShares,
    stopStreamByUser: state.stopStreamByUser,
    removeBotFrom: state.removeBotFrom,
    archive: state.archive,
    setTokenState: state.setTokenState,
    setEditWindow: state.setEditWindow,
    sendEventsTo(url: string): void {
      eventsUrl = url;
    },
    ...sender,
    ...people,
    registerApp: installs.registerApp,
    approve: installs.approve,
    uninstall: installs.uninstall,
    sendUninstallEvent: installs.sendUninstallEvent,
    /** The token that the app has there now. */
    tokenOf: (ownerId: string) =>
      state.tokens.of(ownerId).findLast((each) => each.state === 'valid')?.token,
    ...interactions,
    ...timeline,
    ...socketControls,
    calls: log.calls,
    waitFor: waiting.waitFor,
    failNext: interference.failNext,
    failBy: interference.failBy,
    stopAt: interference.stopAt,
    /** Ends held and hanging calls, open deliveries and the server. */
    async close(): Promise<void> {
      closing.abort();
      interference.clear();
      await Promise.all(echoes);
      closeSockets();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function rulesOf(limits: FakeSlackOptions['limits'] = 'on'): RateLimits {
  if (limits === 'off') return {};
  return limits === 'on' ? slackRateLimits : { ...slackRateLimits, ...limits };
}

/** A client that left in mid-request is no fault; anything else is one of the fake's, shown to the caller. */
function giveUp(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (request.socket.destroyed || response.headersSent) return void response.destroy();
  const detail = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ok: false, error: 'fatal_error', detail }));
}
