/** Keeps installations in this process's memory: for tests. */
import type { Installation, InstallationStore } from '../../ports/installation-store.ts';

export const createMemoryInstallationStore = (options: {
  readonly now: () => number;
}): InstallationStore => {
  const installations = new Map<string, Installation>();
  const nonces = new Map<string, Date>();
  const nameOf = ({ platform, key }: Pick<Installation, 'platform' | 'key'>) =>
    `${platform} ${key}`;

  return {
    async putInstallation(installation) {
      installations.set(nameOf(installation), structuredClone(installation));
    },
    async findInstallation(platform, key) {
      return installations.get(nameOf({ platform, key }));
    },
    async listInstallations(platform) {
      return [...installations.values()]
        .filter((one) => one.platform === platform)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async removeInstallation(installation) {
      const name = nameOf(installation);
      if (installations.get(name)?.sealed === installation.sealed) installations.delete(name);
    },
    async spendNonce(nonce, expiresAt) {
      for (const [one, until] of nonces) if (until.getTime() <= options.now()) nonces.delete(one);
      if (nonces.has(nonce)) return false;
      nonces.set(nonce, expiresAt);
      return true;
    },
  };
};
