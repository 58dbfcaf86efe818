/** Finds what the configuration says about a place. */
import { asId, type DialogId } from '../../src/domain/ids.ts';
import type { DiscordPlace } from './listener-deps.ts';

/** Where something was said. */
export interface Where {
  readonly channel: string;
  /** The channel or forum that a thread stands in. */
  readonly parent?: string | undefined;
  /** Absent in a direct message. */
  readonly guild?: string | undefined;
}

export interface FoundPlace extends DiscordPlace {
  /** Names the entry: its channel or server, or `direct`. Empty: there is no entry. */
  readonly name: string;
}

export interface Places {
  /** That of the channel, else of its parent, else of its server, or of direct messages; else the dialog `default` that answers mentions and has no rules. */
  of(where: Where): FoundPlace;
}

/** Stands for the server where there is none. */
const direct = 'direct';

const withoutEntry: FoundPlace = {
  name: '',
  dialogId: asId<DialogId>('default'),
  listen: 'mention',
  rules: { coolDownMs: 0, roles: [], blockedWords: [], blockedPeople: [] },
};

export const createPlaces = (entries: readonly DiscordPlace[]): Places => {
  const byId = new Map<string, FoundPlace>();
  for (const entry of entries) {
    const name = entry.channel ?? entry.guild ?? (entry.direct === true ? direct : undefined);
    if (name !== undefined) byId.set(name, { ...entry, name });
  }
  return {
    of: ({ channel, parent = '', guild = direct }) =>
      byId.get(channel) ?? byId.get(parent) ?? byId.get(guild) ?? withoutEntry,
  };
};
