/** The listening half of Discord as the configuration wants it: the gateway, held by this process. */
import {
  createDiscordListener,
  type DiscordListener,
} from '../adapters/discord/discord-listener.ts';
import { looksLikeQuestion } from '../src/conversation/looks-like-question.ts';
import type { Base, Doors } from './compose.ts';
import type { DiscordWay } from './compose-discord.ts';
import type { Stores } from './compose-stores.ts';

export interface DiscordDoor extends DiscordListener {
  /** Whether Discord refuses us until somebody changes something. */
  hasEnded(): boolean;
}

/** Connects to nothing yet. */
export const createDiscordDoor = (
  base: Base,
  {
    stores,
    doors,
    discord,
  }: { readonly stores: Stores; readonly doors: Doors; readonly discord: DiscordWay },
): DiscordDoor => {
  const { discordBehaviour, discordPlaces } = base.config;
  const listener = createDiscordListener({
    ...base,
    ...discord,
    ...stores,
    ...doors,
    places: discordPlaces,
    behaviour: discordBehaviour,
    looksLikeQuestion,
    random: Math.random,
  });
  let ended = false;
  const noted = listener.ended.then((why) => {
    ended = true;
    return why;
  });
  return { ...listener, ended: noted, hasEnded: () => ended };
};
