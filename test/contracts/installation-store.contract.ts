/** What every installation store does. */
import { expect, test } from 'vitest';
import type { Installation, InstallationStore } from '../../src/ports/installation-store.ts';

/** Opens an empty store for the test that runs; closes it after it. Opened `again`, it is the same store in another process. */
export type OpenInstallationStore = () => Promise<{
  readonly store: InstallationStore;
  readonly again: () => Promise<InstallationStore>;
}>;

export const describeInstallationStore = (open: OpenInstallationStore): void => {
  const installation = (parts: Partial<Installation> = {}): Installation => ({
    platform: 'slack',
    key: 'T1',
    sealed: 'v1.00000000.AAAA',
    updatedAt: new Date('2026-01-05T09:00:00.123Z'),
    ...parts,
  });
  const soon = (): Date => new Date(Date.now() + 60_000);

  test('gives back what was put, also to another process', async () => {
    const { store, again } = await open();
    const put = installation({ sealed: `v1.00000000.${'A'.repeat(10_000)}` });
    await store.putInstallation(put);
    expect(await store.findInstallation('slack', 'T1')).toStrictEqual(put);
    expect(await (await again()).findInstallation('slack', 'T1')).toStrictEqual(put);
  });

  test('finds nothing of another key or platform', async () => {
    const { store } = await open();
    await store.putInstallation(installation());
    expect(await store.findInstallation('slack', 'T2')).toBeUndefined();
    expect(await store.findInstallation('discord', 'T1')).toBeUndefined();
  });

  test('replaces the one of the same key, and no other', async () => {
    const { store } = await open();
    const other = installation({ key: 'T2' });
    await store.putInstallation(other);
    await store.putInstallation(installation());
    const newer = installation({ sealed: 'v1.00000000.BBBB', updatedAt: new Date() });
    await store.putInstallation(newer);
    expect(await store.findInstallation('slack', 'T1')).toStrictEqual(newer);
    expect(await store.findInstallation('slack', 'T2')).toStrictEqual(other);
  });

  test('keeps one row when the same workspace is installed many times at once', async () => {
    const { store } = await open();
    const all = Array.from({ length: 20 }, (_, index) => installation({ sealed: `s${index}` }));
    await Promise.all(all.map((one) => store.putInstallation(one)));
    const listed = await store.listInstallations('slack');
    expect(listed).toHaveLength(1);
    expect(all).toContainEqual(listed[0]);
  });

  test('lists those of a platform by key', async () => {
    const { store } = await open();
    for (const key of ['T2', 'E9', 'T1']) await store.putInstallation(installation({ key }));
    await store.putInstallation(installation({ platform: 'discord', key: 'G1' }));
    const keys = (await store.listInstallations('slack')).map(({ key }) => key);
    expect(keys).toEqual(['E9', 'T1', 'T2']);
    expect(await store.listInstallations('http')).toEqual([]);
  });

  test('removes one as it was read, and leaves the one that replaced it', async () => {
    const { store } = await open();
    const old = installation();
    await store.putInstallation(old);
    await store.putInstallation(installation({ sealed: 'newer' }));
    await store.removeInstallation(old);
    expect(await store.findInstallation('slack', 'T1')).toMatchObject({ sealed: 'newer' });
    await store.removeInstallation(installation({ sealed: 'newer' }));
    expect(await store.findInstallation('slack', 'T1')).toBeUndefined();
    await store.removeInstallation(installation({ sealed: 'newer' }));
  });

  test('lets a nonce be spent once, whichever process asks', async () => {
    const { store, again } = await open();
    const other = await again();
    const expiresAt = soon();
    const spent = await Promise.all(
      [store, other, store, other].map((one) => one.spendNonce('n1', expiresAt)),
    );
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect(await other.spendNonce('n1', expiresAt)).toBe(false);
    expect(await other.spendNonce('n2', expiresAt)).toBe(true);
  });
};
