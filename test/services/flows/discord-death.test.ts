/** The gateway's process and both workers die by SIGKILL at every moment of an answer on Discord: the asker reads one whole reply all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeathsOnDiscord, moments, openDeathsOnDiscord, victims } from './discord-death.ts';

const wholeReply = /^Up to five unused days .+ 31 March \[\[1\]\]\(.+\n\n\*\*Sources\*\*\n1\. \[/s;

describe('whoever is killed, one whole reply stands in the thread', () => {
  let deaths: DeathsOnDiscord;
  beforeAll(async () => {
    deaths = await openDeathsOnDiscord({ testFileUrl: import.meta.url });
    expect(deaths.whole).toMatch(wholeReply);
  });
  afterAll(() => deaths?.close());

  it.each(
    victims.flatMap((victim) => moments.map((moment) => [victim, moment] as const)),
  )('%s: %s', async (victim, moment) => {
    expect(await deaths.kill(victim, moment)).toEqual({ standing: [deaths.whole], posts: 1 });
  });
});
