/** Renders the passages behind an answer's footnotes, for one person. */
import type { CitedPassage } from '../../src/conversation/cited-passages.ts';
import type { PrivateAnswer } from './interaction-answers.ts';

/** Of a message, and of all its embeds together. */
const maxEmbeds = 10;
const maxMessageChars = 6_000;
const maxExcerptChars = 900;
/** 256 is Discord's limit of a title, and every character may be escaped. */
const maxTitleChars = 120;
const maxPlaceChars = 200;
/** Discord's own limit of a link is 2,048. */
const maxUrlChars = 2_000;

/**
 * One embed a passage: number, title as a link, the passage's text, its end cut, and its place in the document. Embeds hold three times as much as a message's
 * text does. As many as a message holds; how many more there are stands above. Nothing in a document is markup, a mention or a link.
 *
 * @see https://docs.discord.com/developers/resources/message#embed-object-embed-limits
 */
export const passagesMessage = (passages: readonly CitedPassage[]): PrivateAnswer => {
  if (passages.length === 0) return { content: 'This answer cites no passage.' };
  const embeds: Readonly<Record<string, unknown>>[] = [];
  let left = maxMessageChars;
  for (const passage of passages.slice(0, maxEmbeds)) {
    const { embed, lengthChars } = render(passage);
    left -= lengthChars;
    if (left < 0) break;
    embeds.push(embed);
  }
  const more = passages.length - embeds.length;
  const rest = more > 0 ? ` ${more} more are not shown.` : '';
  return { content: `The passages behind this answer.${rest}`, embeds };
};

const render = ({ number, title, url, place, text }: CitedPassage) => {
  const name = `${number}. ${escapePlain(cut(title, maxTitleChars))}`;
  const excerpt = escapePlain(cut(text.trim(), maxExcerptChars));
  const where = cut(place.titlePath.join(' › '), maxPlaceChars);
  const isLinked = url !== undefined && /^https?:\/\//.test(url) && url.length <= maxUrlChars;
  return {
    embed: {
      title: name,
      description: excerpt,
      ...(isLinked ? { url } : {}),
      ...(where === '' ? {} : { footer: { text: where } }),
    },
    lengthChars: name.length + excerpt.length + where.length,
  };
};

/** Discord shows a backslash before a mark as that mark. */
const escapePlain = (text: string): string => text.replace(/[\\`*_~|<>[\]()#@:.+-]/g, '\\$&');

/** At most so many characters, the last one an ellipsis when something is missing; no character is split. */
const cut = (text: string, maxChars: number): string => {
  const characters = [...text.slice(0, 2 * maxChars + 2)];
  return characters.length <= maxChars ? text : `${characters.slice(0, maxChars - 1).join('')}…`;
};
