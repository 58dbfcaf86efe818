/** The contract of the installation store on a libsql file, and what is the file's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openInstallationFile } from '../../src/drivers/libsql/open-installation-file.ts';
import { describeInstallationStore } from './installation-store.contract.ts';

const openFolder = async (now: () => number = Date.now) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-installations-'));
  const opened: ReturnType<typeof openInstallationFile>[] = [];
  onTestFinished(async () => {
    for (const one of opened) await one.close();
    await rm(folder, { recursive: true });
  });
  return () => {
    const store = openInstallationFile({ path: path.join(folder, 'installations.db'), now });
    opened.push(store);
    return store;
  };
};

describe('the installation store in a libsql file', () => {
  describeInstallationStore(async () => {
    const open = await openFolder();
    return { store: open(), again: async () => open() };
  });

  test('is there after a restart', async () => {
    const open = await openFolder();
    const store = open();
    const sealed = 'v1.00000000.AAAA';
    const put = { platform: 'slack', key: 'T1', sealed, updatedAt: new Date(0) } as const;
    await store.putInstallation(put);
    await store.close();
    expect(await open().listInstallations('slack')).toStrictEqual([put]);
  });

  test('forgets a nonce after its time', async () => {
    let nowMs = 0;
    const store = (await openFolder(() => nowMs))();
    expect(await store.spendNonce('n1', new Date(1_000))).toBe(true);
    nowMs = 999;
    expect(await store.spendNonce('n1', new Date(1_000))).toBe(false);
    nowMs = 1_000;
    expect(await store.spendNonce('n1', new Date(2_000))).toBe(true);
  });
});
