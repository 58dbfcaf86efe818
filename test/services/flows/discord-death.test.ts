/** The gateway's process and both workers die by SIGKILL at every moment of an answer on Discord: the asker reads one whole reply all the same. */
import { describe, expect, test } from 'vitest';
import { commandMoment, moments, openDeathsOnDiscord, victims } from './discord-death.ts';

const wholeReply = /^Up to five unused days .+ 31 March \[\[1\]\]\(.+\n\n\*\*Sources\*\*\n1\. \[/s;

/** Side by side, each in a world of its own: workers of one world would take each other's questions. */
describe.concurrent('whoever is killed, one whole reply stands', () => {
  test.for(victims)('%s', { timeout: 300_000 }, async (victim) => {
    const deaths = await openDeathsOnDiscord({ testFileUrl: import.meta.url, victim });
    try {
      expect(deaths.whole).toMatch(wholeReply);
      for (const moment of moments)
        expect({ moment, ...(await deaths.killAt(moment)) }).toEqual({
          ...{ moment, standing: [deaths.whole], posts: 1 },
        });
      expect(await deaths.killAt(commandMoment)).toEqual({
        ...{ standing: [expect.stringContaining(deaths.whole)], posts: 1 },
      });
    } finally {
      await deaths.close();
    }
  });
});
