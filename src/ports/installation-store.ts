/** Keeps the workspaces in which an app is installed. What is kept of a token is sealed before it comes here. `store_unavailable` when the store cannot be reached. */
import type { Platform } from '../domain/platform.ts';

export interface Installation {
  readonly platform: Platform;
  /** The workspace's id, or the organisation's when the app is installed for all of it. */
  readonly key: string;
  /** The tokens with what belongs to them, encrypted. */
  readonly sealed: string;
  readonly updatedAt: Date;
}

export interface InstallationStore {
  /** Adds it or replaces the one of the same platform and key. */
  putInstallation(installation: Installation): Promise<void>;
  findInstallation(platform: Platform, key: string): Promise<Installation | undefined>;
  /** In order of the key. */
  listInstallations(platform: Platform): Promise<readonly Installation[]>;
  /** Removes it as it was read: one that was replaced since, as by installing the app again, stays. One that is not there is a success. */
  removeInstallation(
    installation: Pick<Installation, 'platform' | 'key' | 'sealed'>,
  ): Promise<void>;
  /**
   * True for the first caller with this nonce, in whichever process; false for every other, as long as it is before `expiresAt`. After that the store may
   * have forgotten it: the caller refuses what is expired before it asks.
   */
  spendNonce(nonce: string, expiresAt: Date): Promise<boolean>;
}
