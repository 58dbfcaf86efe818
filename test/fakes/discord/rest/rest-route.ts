/** One thing that the REST API does, named as Discord's documentation names it. */
import type { FakeClock } from '../../http/clock.ts';
import type { CommandRegistry } from '../command-registry.ts';
import type { GatewayInfo } from '../gateway/gateway.ts';
import type { InteractionStore } from '../interaction-store.ts';
import type { Nonces } from '../nonces.ts';
import type { RateLimiter } from '../rate-limits.ts';
import type { Json } from '../world.ts';
import type { WorldState } from '../world-state.ts';
import type { UploadedFile } from './read-request.ts';

export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface RestDeps {
  readonly state: WorldState;
  readonly clock: Pick<FakeClock, 'now'>;
  readonly nonces: Nonces;
  readonly interactions: InteractionStore;
  readonly commands: CommandRegistry;
  readonly limiter: RateLimiter;
  readonly gateway: () => GatewayInfo;
  /** What the developer portal allows the app. */
  readonly portal: { readonly messageContent: boolean };
  /** Where the fake is reached, without a slash at its end. */
  readonly origin: () => string;
}

export interface RestRoute {
  /** `createMessage`: what `failNext`, `stopAt` and `calls` know it by. */
  readonly method: string;
  readonly verb: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** `/channels/{channel}/messages/{message}`. */
  readonly path: string;
  /** Webhooks and callbacks are called without the bot's token, and stand outside the global limit. */
  readonly isOpen?: boolean;
  /** Default 200; an answer of undefined is a 204. */
  readonly status?: number;
  /** Throws DiscordRefusal. */
  readonly serve: (request: RestRequest, deps: RestDeps) => unknown;
}

export const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const param = ({ params }: RestRequest, name: string): string => params[name] ?? '';
