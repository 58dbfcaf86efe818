/** Turns Discord's stored text into what its author saw: people, roles and channels by name, our own mention gone. */

export interface Names {
  /** Whether the id is the bot's, or that of the role which Discord made for it. */
  readonly isOurs: (id: string) => boolean;
  /** Undefined for an id whose name we do not know: it stays as it is. */
  readonly person: (id: string) => string | undefined;
  readonly role: (id: string) => string | undefined;
  readonly channel: (id: string) => string | undefined;
}

const token =
  /<(?:(@[!&]?|#)(\d{1,20})|a?(:\w{1,32}:)\d{1,20}|(\/[^<>:\n]{1,100}):\d{1,20})>([ \t]*)/g;

/**
 * `<@1>` → `@ann`, `<@&2>` → `@support`, `<#3>` → `#general`, `<:wave:4>` → `:wave:`, `</ask:5>` → `/ask`. Linear in the text. Empty for a bare
 * mention.
 *
 * @see https://docs.discord.com/developers/reference#message-formatting
 */
export const readableText = (text: string, names: Names): string =>
  text
    .replace(
      token,
      (
        whole: string,
        kind: string | undefined,
        id: string | undefined,
        emoji: string | undefined,
        command: string | undefined,
        space: string,
      ) => {
        if (kind === undefined || id === undefined) return `${emoji ?? command ?? whole}${space}`;
        if (kind !== '#' && names.isOurs(id)) return '';
        const name = nameOf(kind, id, names);
        return name === undefined ? whole : `${kind === '#' ? '#' : '@'}${name}${space}`;
      },
    )
    .trim();

const nameOf = (kind: string, id: string, { person, role, channel }: Names) => {
  if (kind === '#') return channel(id);
  return kind === '@&' ? role(id) : person(id);
};
