/**
 * What a person reads in a message: blocks win over `text`, entities are characters, live tokens are shown as what they do.
 * @see https://docs.slack.dev/messaging/formatting-message-text
 * @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import type { Block, Message } from './workspace.ts';

/** Blocks in their order, a blank line between them, without what is pressed; `text` when there are none. */
export function seenText(message: Pick<Message, 'text' | 'blocks'>): string {
  return readable(rawText(message));
}

/** What notifies somebody, wherever it stands: in a block, also behind a link or on a button, or in the fallback `text`. */
export function livePings(message: Pick<Message, 'text' | 'blocks'>): string[] {
  return liveTokens(message).filter((token) => !/^<#|^<!date|^<[a-z]/.test(token));
}

/**
 * Every token that Slack acts on: pings, channel links, dates, and links that may show another text than their address. In a `markdown` block also a link
 * that leads to a token's inside (`[x](!channel)`): a converter may make a token of it. An entity is decoded once and not read again. In `rich_text` no text is
 * read; there an element of its own kind reaches people.
 */
export function liveTokens(message: Pick<Message, 'text' | 'blocks'>): string[] {
  const read = (message.blocks ?? []).filter(({ type }) => type !== 'rich_text');
  const texts = [message.text, ...read.flatMap(textsIn)];
  const inLinks = (message.blocks ?? [])
    .filter(({ type }) => type === 'markdown')
    .flatMap(({ text }) => [...withoutCode(String(text)).matchAll(tokenTarget)])
    .map(([, target]) => `<${target}>`);
  const elements = (message.blocks ?? [])
    .filter(({ type }) => type === 'rich_text')
    .flatMap(liveElements);
  return [...texts.flatMap((text) => text.match(token) ?? []), ...inLinks, ...elements];
}

/** By a parser that the product's own reading of code has nothing of. Code by indentation counts as text: Slack knows none. */
function withoutCode(markdown: string): string {
  if (markdown.search(tokenTarget) < 0) return '';
  let out = '';
  let from = 0;
  visit(unified().use(remarkParse).parse(markdown), ['code', 'inlineCode'], ({ position }) => {
    const start = position?.start.offset ?? 0;
    const end = position?.end.offset ?? 0;
    if (!/[`~]/.test(markdown[start] ?? '')) return;
    out += `${markdown.slice(from, start)}\``;
    from = end;
  });
  return out + markdown.slice(from);
}

function liveElements(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(liveElements);
  if (typeof value !== 'object' || value === null) return [];
  const bag = value as Readonly<Record<string, unknown>>;
  switch (bag['type']) {
    case 'broadcast':
      return [`<!${bag['range']}>`];
    case 'user':
      return [`<@${bag['user_id']}>`];
    case 'usergroup':
      return [`<!subteam^${bag['usergroup_id']}>`];
    default:
      return liveElements(bag['elements']);
  }
}

const token =
  /<(?:!(?:channel|here|everyone|subteam\^[A-Z0-9]+|date\^[^>]*)|@[A-Z0-9]+|#[A-Z0-9]+|[a-z][a-z0-9+.-]*:[^>]*)(?:\|[^>]*)?>/g;
const tokenTarget = /\](?:\(|:[^\S\n])[^\S\n]*<?([!@#][^\s)>]+)/g;

export function rawText(message: Pick<Message, 'text' | 'blocks'>): string {
  if (!message.blocks || message.blocks.length === 0) return message.text;
  return message.blocks
    .filter(({ type }) => !isPressed(type))
    .map(blockText)
    .join('\n\n');
}

/** Every text a block holds, in order, one line each; the limits of block-rules.ts count the same. */
export function blockText(block: Block): string {
  if (block.type === 'divider') return '---';
  const texts = textsIn(block);
  return (block.type === 'rich_text' ? texts.map(asTyped) : texts).join('\n');
}

/** Rich text is shown as it stands: there a token is words, and people are elements of their own. */
function asTyped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function isPressed(blockType: string): boolean {
  return blockType === 'actions' || blockType === 'context_actions';
}

const textKeys = ['text', 'title', 'fields', 'elements', 'positive_button', 'negative_button'];

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const bag = value as Record<string, unknown>;
  return textKeys.flatMap((key) => (key in bag ? textsIn(bag[key]) : []));
}

function readable(raw: string): string {
  return raw
    .replace(/<!([a-z]+)(?:\^[A-Z0-9]+)?(?:\|[^>]*)?>/g, '@$1')
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<(https?:[^|>]+)\|([^>]*)>/g, '[$2]($1)')
    .replace(/<(https?:[^|>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
