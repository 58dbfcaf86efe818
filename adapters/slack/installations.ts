/** The workspaces that installed the app: their tokens sealed in the store, opened for the calls to that workspace alone. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { InstallationStore } from '../../src/ports/installation-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { SecretBox } from '../../src/ports/secret-box.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { SlackCall } from './slack-call.ts';
import { isTokenGone } from './slack-errors.ts';
import type { BotTokenOf, WorkspaceId } from './slack-workspaces.ts';

/** Another process may have removed or replaced the token: it is used here for so long at most. */
const ttlMs = 60_000;
const maxEntries = 10_000;

const recordSchema = z.object({
  botToken: z.string(),
  name: z.string(),
  enterprise: z.string().optional(),
});

/** What an installation is. */
export interface SlackGrant {
  /** The workspace's id, or the organisation's when the app is installed for all of it. */
  readonly key: string;
  /** As people there call it. */
  readonly name: string;
  /** The organisation that the workspace belongs to, or that `key` is. */
  readonly enterprise?: string | undefined;
  readonly botToken: string;
}

export interface InstalledWorkspace extends SlackGrant {
  /** Whether an older key than the first sealed it. */
  readonly hasOldKey: boolean;
}

export interface SlackInstallations {
  /**
   * The workspace's own installation, else its organisation's. Throws `installation_missing`, `secret_unreadable`, `store_unavailable`. Asks the store at most once
   * a minute for a workspace that is installed.
   */
  readonly botTokenOf: BotTokenOf;
  /** Whether the operator lets the workspace, or an organisation as a whole, install the app. */
  mayInstall(grant: Pick<SlackGrant, 'key' | 'enterprise'>): boolean;
  /** Adds it or replaces the workspace's earlier one. Throws `store_unavailable`. */
  add(grant: SlackGrant): Promise<void>;
  /** Throws `secret_unreadable`, `store_unavailable`. */
  list(): Promise<readonly InstalledWorkspace[]>;
  /**
   * Removes the installations of the workspace and of its organisation whose tokens Slack refuses now. One whose token is good stays: what tells of an
   * uninstalling may come again, and late, after the app was installed anew. Throws what the look-up or the call to Slack fails with.
   */
  removeRefused(workspace: Partial<WorkspaceId>): Promise<void>;
}

export const createSlackInstallations = (deps: {
  readonly store: InstallationStore;
  readonly box: SecretBox;
  /** Ids of workspaces and organisations. */
  readonly allowed: readonly string[] | 'any';
  /** A call with this token and no other. */
  readonly callWith: (botToken: string) => SlackCall;
  readonly clock: Clock;
  readonly log: Log;
}): SlackInstallations => {
  const { store, box, allowed, callWith, clock, log } = deps;
  const tokens = createExpiringCache<string>({ clock, ttlMs, maxEntries });

  const open = (key: string, sealed: string): SlackGrant => {
    const parsed = recordSchema.safeParse(JSON.parse(box.open(sealed, contextOf(key))));
    if (!parsed.success) throw new BotError('secret_unreadable');
    return { key, ...parsed.data };
  };
  const mayInstall: SlackInstallations['mayInstall'] = ({ key, enterprise }) =>
    allowed === 'any' || [key, enterprise].some((id) => id !== undefined && allowed.includes(id));
  const find = async (key: string) => {
    const installation = await store.findInstallation('slack', key);
    return installation && { installation, grant: open(key, installation.sealed) };
  };
  const lookUp = async (workspace: WorkspaceId): Promise<string> => {
    for (const key of keysOf(workspace)) {
      const found = await find(key);
      if (found !== undefined && mayInstall(found.grant)) return found.grant.botToken;
    }
    throw new BotError('installation_missing');
  };
  const isRefused = async ({ botToken }: SlackGrant): Promise<boolean> => {
    try {
      await callWith(botToken)('auth.test', {}, { answer: z.unknown() });
      return false;
    } catch (error) {
      if (error instanceof BotError && isTokenGone(error)) return true;
      throw error;
    }
  };

  return {
    botTokenOf: (workspace) =>
      tokens.get(`${workspace.team} ${workspace.enterprise ?? ''}`, () => lookUp(workspace)),
    mayInstall,
    async add({ key, ...record }) {
      const sealed = box.seal(JSON.stringify(record), contextOf(key));
      const updatedAt = new Date(clock.now());
      await store.putInstallation({ platform: 'slack', key, sealed, updatedAt });
      tokens.clear();
      log.info('slack workspace installed', { workspace: key });
    },
    async list() {
      const installations = await store.listInstallations('slack');
      return installations.map(({ key, sealed }) => ({
        ...open(key, sealed),
        hasOldKey: box.keyIdOf(sealed) !== box.keyId,
      }));
    },
    async removeRefused(workspace) {
      for (const key of keysOf(workspace)) {
        const found = await find(key);
        if (found === undefined || !(await isRefused(found.grant))) continue;
        await store.removeInstallation(found.installation);
        tokens.clear();
        log.info('slack workspace gone', { workspace: key });
      }
    },
  };
};

const keysOf = ({ team, enterprise }: Partial<WorkspaceId>): readonly string[] =>
  [team, enterprise].filter((key) => key !== undefined && key !== '') as string[];

/** What a sealed token is bound to: in another workspace's row it does not open. */
const contextOf = (key: string): string => `slack:${key}`;
