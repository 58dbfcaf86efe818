/** Turns Slack's stored text into what its author typed: names and links readable, entities as characters, our own mention gone. */

const token = /<([^<>]*)>[ \t]*|&(lt|gt|amp);/g;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&' };

/**
 * Linear in the text; one pass, so what an entity hides is never read as a token. Empty for a bare mention.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text
 */
export const readableText = (text: string, botUserId: string | undefined): string =>
  text
    .replace(token, (whole: string, inner: string | undefined, entity: string | undefined) => {
      if (inner === undefined) return entities[entity ?? ''] ?? whole;
      const space = whole.slice(inner.length + 2);
      return isMentionOf(inner, botUserId) ? '' : readableToken(inner) + space;
    })
    .trim();

/** Whether the stored text mentions the person or bot. */
export const mentions = (text: string, userId: string): boolean =>
  text.includes(`<@${userId}>`) || text.includes(`<@${userId}|`);

/** Whether the stored text mentions a person, a bot or a group. */
export const mentionsAnybody = (text: string): boolean => /<(?:@[UW]|!subteam\^)/.test(text);

/** Whether a readable text is emoji and nothing else, as Slack names them (`:+1:`) or as themselves. */
export const isEmojiOnly = (text: string): boolean => text !== '' && emojiOnly.test(text);

const emojiOnly = /^(?:[\s\p{Extended_Pictographic}\p{RI}\p{EMod}\p{M}\p{Cf}]|:[^\s:]+:)+$/u;

const isMentionOf = (inner: string, userId: string | undefined): boolean =>
  userId !== undefined && (inner === `@${userId}` || inner.startsWith(`@${userId}|`));

/** `@U1|ann` → `@ann`, `#C1|general` → `#general`, `!here` → `@here`, `https://a|label` → `label (https://a)`. */
const readableToken = (inner: string): string => {
  const bar = inner.indexOf('|');
  const target = decoded(bar < 0 ? inner : inner.slice(0, bar));
  const label = bar < 0 ? '' : decoded(inner.slice(bar + 1));
  switch (target[0]) {
    case '@':
    case '#':
      return label === '' ? target : `${target[0]}${label.replace(/^[@#]/, '')}`;
    case '!':
      return label === '' ? `@${target.slice(1)}` : label;
    default:
      return label === '' || target.endsWith(label)
        ? target.replace(/^mailto:/, '')
        : `${label} (${target})`;
  }
};

const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (whole, entity: string) => entities[entity] ?? whole);
