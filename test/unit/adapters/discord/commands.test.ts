/** The commands, their registration, and the permissions that are asked for. */
import { describe, expect, test } from 'vitest';
import {
  areCommandsRegistered,
  commands,
  syncCommands,
} from '../../../../adapters/discord/commands.ts';
import { inviteUrl, permissions } from '../../../../adapters/discord/permissions.ts';
import { setUpListening } from './set-up-listening.ts';

describe('registration', () => {
  test('happens once, and again only when something is to change', async () => {
    const { discord, api } = await setUpListening();
    const { applicationId } = discord;
    expect(await areCommandsRegistered(api, applicationId)).toBe(false);
    expect(await syncCommands(api, applicationId)).toBe('registered');
    expect(await areCommandsRegistered(api, applicationId)).toBe(true);
    expect(await syncCommands(api, applicationId)).toBe('unchanged');
    expect(discord.calls('putCommands')).toHaveLength(1);
    expect(discord.commands()).toMatchObject([{ name: 'ask' }, { name: 'Ask Footnote' }]);
  });

  test.each<[string, (all: Record<string, unknown>[]) => unknown]>([
    ['another description', ([ask, ...rest]) => [{ ...ask, description: 'Ask' }, ...rest]],
    ['another place', ([ask, ...rest]) => [{ ...ask, contexts: [0] }, ...rest]],
    ['one more', (all) => [...all, { type: 1, name: 'old', description: 'old' }]],
    ['one less', ([ask]) => [ask]],
  ])('%s is put right', async (_, change) => {
    const { discord, api } = await setUpListening();
    const { applicationId } = discord;
    await api.call(
      {
        ...{ method: 'PUT', route: `/applications/${applicationId}/commands` },
        body: change(structuredClone(commands) as unknown as Record<string, unknown>[]),
      },
      { answer: (await import('zod')).unknown() },
    );
    expect(await syncCommands(api, applicationId)).toBe('registered');
    expect(await syncCommands(api, applicationId)).toBe('unchanged');
  });

  test('is not held up by the order, nor by what Discord adds', async () => {
    const api = {
      call: async (_request: unknown, { answer }: { answer: { parse(value: unknown): unknown } }) =>
        answer.parse(
          [...commands].reverse().map((command) => ({
            ...command,
            ...{ id: '1', version: '2', default_member_permissions: null, nsfw: false },
            contexts: [1, 0],
            name_localizations: null,
          })),
        ),
    };
    expect(await areCommandsRegistered(api as never, '1')).toBe(true);
  });
});

describe('the invitation', () => {
  test('asks for what is used and no more', () => {
    const url = new URL(inviteUrl('123'));
    expect(url.origin + url.pathname).toBe('https://discord.com/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_id: '123', scope: 'bot applications.commands' },
      // View, send, send in threads, create public threads, attach, read history.
      permissions: String(
        (1n << 10n) | (1n << 11n) | (1n << 38n) | (1n << 35n) | (1n << 15n) | (1n << 16n),
      ),
    });
  });
  test('asks to manage threads where answered posts are tagged', () => {
    const bits = (url: string) => BigInt(new URL(url).searchParams.get('permissions') ?? '0');
    const more = bits(inviteUrl('1', { answeredTags: true })) ^ bits(inviteUrl('1'));
    expect(more).toBe(1n << 34n);
  });
  test('each permission says what it is for', () => {
    for (const { name, purpose } of permissions) {
      expect(name).toMatch(/^[A-Z]/);
      expect(purpose).toMatch(/^to /);
    }
    expect(new Set(permissions.map(({ bit }) => bit)).size).toBe(permissions.length);
  });
});
