/** The workspaces that the app speaks in: each has its own token, its own limits and its own identity there. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createMethodLimits } from './method-limits.ts';
import { createOwnIdentity, type OwnIdentity } from './own-identity.ts';
import { createSlackCall, type SlackCall } from './slack-call.ts';
import { createSlackClient, type SlackClientSettings } from './slack-client.ts';
import { createSlackTransfer, type SlackTransfer } from './slack-transfer.ts';

/** A workspace, and the organisation that it belongs to where the app is installed for all of it. */
export interface WorkspaceId {
  readonly team: string;
  readonly enterprise?: string | undefined;
}

/** The token that the app has there now. Throws `installation_missing`, `store_unavailable`. */
export type BotTokenOf = (workspace: WorkspaceId) => Promise<string>;

export interface SlackWorkspace {
  readonly call: SlackCall;
  readonly transfer: SlackTransfer;
  /** Who we are there; asked once. */
  readonly identity: () => Promise<OwnIdentity>;
}

export interface SlackWorkspaces {
  /** Costs nothing; the token is looked up with each call. */
  of(workspace: WorkspaceId): SlackWorkspace;
}

/** One client a token, so that no workspace's token is ever used for another. */
export const createSlackWorkspaces = (deps: {
  readonly settings: Omit<SlackClientSettings, 'botToken'>;
  readonly botTokenOf: BotTokenOf;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly metrics: Metrics;
  readonly log: Log;
}): SlackWorkspaces => {
  const { settings, botTokenOf, clock, metrics, log } = deps;
  const known = new Map<string, SlackWorkspace>();

  const open = (id: WorkspaceId): SlackWorkspace => {
    const limits = createMethodLimits(clock);
    let current: { readonly botToken: string; readonly call: SlackCall } | undefined;
    const call: SlackCall = async (method, args, options) => {
      const botToken = await botTokenOf(id);
      if (current?.botToken !== botToken) {
        const client = createSlackClient({ ...settings, botToken });
        current = { botToken, call: createSlackCall({ client, limits, metrics, log }) };
      }
      return current.call(method, args, options);
    };
    const { apiUrl, callTimeoutMs: timeoutMs } = settings;
    const transfer = createSlackTransfer({ apiUrl, botToken: () => botTokenOf(id), timeoutMs });
    return { call, transfer, identity: createOwnIdentity(call) };
  };

  return {
    of(id) {
      const name = `${id.team} ${id.enterprise ?? ''}`;
      const workspace = known.get(name) ?? open(id);
      known.set(name, workspace);
      return workspace;
    },
  };
};
