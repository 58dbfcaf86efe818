/**
 * A Discord that runs in the test: REST and gateway on loopback, as strict as the vendor, with the whole timeline.
 *
 * Each other file names the page of Discord's documentation that its rules stand on. It knows nothing of the product.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCallLog } from '../http/call-log.ts';
import { type FakeClock, machineClock } from '../http/clock.ts';
import { createWaiting } from '../http/wait-for.ts';
import { createWorldBuilder } from './build-world.ts';
import type { AskedCall, ToldOfCall } from './call-log.ts';
import { createCommandRegistry } from './command-registry.ts';
import { createGateway } from './gateway/gateway.ts';
import { createInteractionStore } from './interaction-store.ts';
import { createPeopleInteractions } from './interactions.ts';
import { createInterference } from './interference.ts';
import { createInvalidRequests } from './invalid-requests.ts';
import { createNonces } from './nonces.ts';
import { createPeople } from './people.ts';
import { createRateLimiter, type DiscordLimits } from './rate-limits.ts';
import { isAttachmentRequest, serveAttachment } from './rest/serve-attachment.ts';
import { serveCall } from './rest/serve-call.ts';
import { createSnowflakes } from './snowflakes.ts';
import { createTimeline } from './timeline.ts';
import { createWorldState } from './world-state.ts';

export interface FakeDiscordOptions {
  /** Default: one that looks like a token. */
  readonly token?: string;
  readonly clock?: Pick<FakeClock, 'now'>;
  /** The monotonic clock of the timeline; default `performance.now`. */
  readonly monotonicMs?: () => number;
  /** Default `on`; a table replaces what it names. */
  readonly limits?: 'on' | 'off' | DiscordLimits;
  /** Whether the developer portal has the Message Content intent switched on; default true. */
  readonly messageContent?: boolean;
  /** Default 41,250. */
  readonly heartbeatIntervalMs?: number;
  /** How long a session without a connection may be resumed; default three minutes. */
  readonly resumeWindowMs?: number;
  /** How many IDENTIFYs the day allows; default 1,000. */
  readonly sessionStarts?: number;
  /** Default: a free one. */
  readonly port?: number;
}

export type FakeDiscord = Awaited<ReturnType<typeof startFakeDiscord>>;

const defaultToken = 'MTAwMDAwMDAwMDAwMDAwMDAw.Gfake0.not-a-real-token-of-discord-at-all-0000';

export const startFakeDiscord = async (options: FakeDiscordOptions = {}) => {
  const { clock = machineClock, monotonicMs = () => performance.now() } = options;
  const { changed, waitFor } = createWaiting();
  const snowflakes = createSnowflakes({ clock });
  const state = createWorldState({ clock, snowflakes });
  const portal = { messageContent: options.messageContent ?? true };
  let token: string | undefined = options.token ?? defaultToken;
  const validToken = token;

  const timeline = createTimeline({ state, monotonicMs });
  const { addGuild, ...world } = createWorldBuilder({ state, firstGuild: () => guild.id });
  const guild = addGuild();
  const calls = createCallLog<AskedCall, ToldOfCall>({ monotonicMs, onChange: changed });
  const interference = createInterference();
  const limits = options.limits ?? 'on';
  const limiter = createRateLimiter({ clock, limits: limits === 'on' ? {} : limits });
  const invalidRequests = createInvalidRequests({
    clock,
    limit: typeof limits === 'string' ? undefined : limits.invalidPerTenMinutes,
  });
  const { bot, nextId } = state;
  const commands = createCommandRegistry({ applicationId: bot.id, nextId });
  const store = createInteractionStore({ state, clock, onChange: changed });
  let base = '';
  const origin = () => base;
  const {
    upgrade,
    send,
    info,
    close: closeGateway,
    ...gatewayControls
  } = createGateway({
    ...{ state, clock, portal, origin, token: () => token, onChange: changed },
    heartbeatIntervalMs: options.heartbeatIntervalMs,
    resumeWindowMs: options.resumeWindowMs,
    sessionStarts: options.sessionStarts,
  });
  const people = createPeople({ state });
  const interactions = createPeopleInteractions({
    ...{ state, store, commands, timeline, send, origin },
  });
  state.onChange(changed);

  const deps = {
    ...{ state, clock, portal, origin, commands, limiter, interference, calls, invalidRequests },
    ...{ nonces: createNonces({ clock }), interactions: store, gateway: info },
    isToken: (given: string | undefined) => token !== undefined && given === `Bot ${token}`,
  };
  const server = createServer((request, response) => {
    const served = isAttachmentRequest(request.url ?? '')
      ? serveAttachment(deps, { request, response })
      : serveCall(deps, { request, response });
    served.catch((error) => giveUp(request, response, error));
  });
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    apiUrl: `${base}/api`,
    token: validToken,
    bot: { id: bot.id, name: bot.username },
    applicationId: bot.id,
    /** The first one; more come by `addGuild`. */
    guild,
    addGuild,
    ...world,
    ...people,
    ...interactions,
    ...timeline,
    ...gatewayControls,
    /** The direct message of the bot and a person, as if they had spoken before; gives its id. */
    openDirectMessage: (user: string) => state.directMessageWith(user).id,
    /** `revoked`: every call gets 401, every IDENTIFY 4004. */
    setTokenState(to: 'valid' | 'revoked'): void {
      token = to === 'valid' ? validToken : undefined;
    },
    /** The switch of the developer portal: without it IDENTIFY with the intent gets 4014. */
    allowMessageContent(isAllowed: boolean): void {
      portal.messageContent = isAllowed;
    },
    /** Global ones, or those of one guild. */
    commands: commands.list,
    calls: calls.calls,
    /** How many calls got a 429, by its scope. */
    limited() {
      const all = calls.calls();
      const count = (scope: string) => all.filter((each) => each.scope === scope).length;
      return { user: count('user'), shared: count('shared'), global: count('global') };
    },
    /** How many 401, 403 and 429 in the last ten minutes. */
    invalidRequests: invalidRequests.recent,
    waitFor,
    failNext: interference.failNext,
    failBy: interference.failBy,
    stopAt: interference.stopAt,
    /** Ends held and hanging calls, connections and the server. */
    async close(): Promise<void> {
      interference.clear();
      closeGateway();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};

/** A client that left in mid-request is no fault; anything else is one of the fake's, shown to the caller. */
const giveUp = (request: IncomingMessage, response: ServerResponse, error: unknown): void => {
  if (request.socket.destroyed || response.headersSent) return void response.destroy();
  const detail = error instanceof Error ? error.message : String(error);
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ message: '500: Internal Server Error', code: 0, detail }));
};
