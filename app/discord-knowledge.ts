/** Notices a configuration in which Discord's readers may read nothing, which nobody wants and everybody begins with. */
import type { Config } from '../src/config/config.ts';

/** One line, and what to do. */
export const hidesAllSentence =
  'all knowledge is for the team, and replies count as public: nothing is found; docs/discord.md, "Who may read what", tells what to do';

/** Whether there is knowledge, none of it public, and no place that counts as the team's. */
export const hidesAllFromDiscord = ({
  knowledge,
  discordPlaces,
}: Pick<Config, 'knowledge' | 'discordPlaces'>): boolean =>
  knowledge.length > 0 &&
  knowledge.every(({ audience }) => audience === 'team') &&
  discordPlaces.every(({ audience }) => audience !== 'team');
