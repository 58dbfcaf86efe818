/** Renders the passages behind an answer's footnotes, for one person. */
import type { CitedPassage } from '../../src/conversation/cited-passages.ts';
import { escapedLengthChars } from './neutralise.ts';
import type { PrivateMessage } from './tell-privately.ts';

/** All blocks of a message together hold about 13,000 characters; each block costs 125 on top of its text. */
const maxMessageChars = 11_000;
const blockChars = 125;
const maxExcerptChars = 900;
const maxTitleChars = 200;
/** Slack's own limit of a link is 3,000. */
const maxUrlChars = 1_000;

/**
 * One block a passage: number, title as a link, place in the document, the passage's text, its end cut. As many as a message holds; how many more there are
 * stands at the end. Rich text, so that nothing in a document is markup, a mention or a link.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export const passagesMessage = (passages: readonly CitedPassage[]): PrivateMessage => {
  if (passages.length === 0) return { text: 'This answer cites no passage.' };
  const blocks: NonNullable<PrivateMessage['blocks']>[number][] = [];
  let left = maxMessageChars;
  for (const passage of passages) {
    const { block, lengthChars } = render(passage);
    left -= lengthChars + blockChars;
    if (left < 0) break;
    blocks.push(block);
  }
  const more = passages.length - blocks.length;
  if (more > 0) blocks.push(richText([section([{ type: 'text', text: `And ${more} more.` }])]));
  const text = `The passages behind this answer: ${passages.map(({ title }) => cut(title, maxTitleChars)).join(', ')}`;
  return { text: cut(text, maxExcerptChars), blocks };
};

const render = ({ number, title, url, place, text }: CitedPassage) => {
  const name = cut(title, maxTitleChars);
  const where = cut(place.titlePath.join(' › '), maxTitleChars);
  const excerpt = cut(text.trim(), maxExcerptChars);
  const isLinked = url !== undefined && /^https?:\/\//.test(url) && url.length <= maxUrlChars;
  const head = [
    { type: 'text', text: `${number}. ` },
    isLinked
      ? { type: 'link', url, text: name, style: { bold: true } }
      : { type: 'text', text: name, style: { bold: true } },
    ...(where === '' ? [] : [{ type: 'text', text: ` › ${where}` }]),
  ];
  const quote = { type: 'rich_text_quote', elements: [{ type: 'text', text: excerpt }] };
  const shown = [String(number), name, where, isLinked ? url : '', excerpt].join('');
  return {
    block: richText([section(head), quote]),
    lengthChars: escapedLengthChars(shown) + 10,
  };
};

const richText = (elements: readonly object[]) => ({ type: 'rich_text', elements });
const section = (elements: readonly object[]) => ({ type: 'rich_text_section', elements });

/** At most so many characters, the last one an ellipsis when something is missing; no character is split. */
const cut = (text: string, maxChars: number): string => {
  const characters = [...text.slice(0, 2 * maxChars + 2)];
  return characters.length <= maxChars ? text : `${characters.slice(0, maxChars - 1).join('')}…`;
};
