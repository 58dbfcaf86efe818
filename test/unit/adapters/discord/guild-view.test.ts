/** Channels and people that the gateway did not tell of. */
import { expect, test } from 'vitest';
import { createGuildView } from '../../../../adapters/discord/guild-view.ts';
import { BotError } from '../../../../src/domain/errors.ts';

const setUp = (answers: Readonly<Record<string, unknown>>) => {
  const asked: string[] = [];
  const view = createGuildView({
    client: () => undefined,
    api: {
      async call({ route }, { answer }) {
        asked.push(route);
        const found = answers[route];
        if (found instanceof BotError) throw found;
        return answer.parse(found);
      },
    },
  });
  return { view, asked };
};

test('a post is asked for with its forum, once', async () => {
  const { view, asked } = setUp({
    '/channels/1': { id: '1', type: 11, guild_id: '3', parent_id: '2', name: 'Printer' },
    '/channels/2': { id: '2', type: 15, guild_id: '3', parent_id: '9', name: 'help' },
  });
  const post = { channel: '1', type: 11, guild: '3', name: 'Printer', parent: '2', parentType: 15 };
  expect(await view.channelOf('1')).toEqual(post);
  expect(await view.channelOf('1')).toEqual(post);
  expect(await view.channelOf('2')).toEqual({ channel: '2', type: 15, guild: '3', name: 'help' });
  expect(asked).toEqual(['/channels/1', '/channels/2']);
  expect(view.readerIn('3').names.channel('2')).toBe('help');
  for (const elsewhere of ['4', undefined])
    expect(view.readerIn(elsewhere).names.channel('2')).toBeUndefined();
});

test('what we may not see is not there, what fails is not forgotten', async () => {
  const { view } = setUp({
    '/channels/1': new BotError('platform_forbidden'),
    '/channels/2': new BotError('platform_unavailable'),
    '/guilds/3/members/4': { roles: ['5'] },
    '/guilds/3/members/6': new BotError('platform_rejected'),
    '/guilds/3/members/7': new BotError('platform_unavailable'),
  });
  expect(await view.channelOf('1')).toBeUndefined();
  await expect(view.channelOf('2')).rejects.toMatchObject({ code: 'platform_unavailable' });
  expect(await view.rolesOf('3', '4')).toEqual(['5']);
  expect(await view.rolesOf('3', '6')).toEqual([]);
  await expect(view.rolesOf('3', '7')).rejects.toMatchObject({ code: 'platform_unavailable' });
  expect([view.threadsOf('1'), view.spokenIn(0)]).toEqual([[], []]);
});
