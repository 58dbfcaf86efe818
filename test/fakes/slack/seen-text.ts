/**
 * What a person reads in a message: blocks win over `text`, entities are characters, live tokens are shown as what they do.
 * @see https://docs.slack.dev/messaging/formatting-message-text
 * @see https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
import type { Block, Message } from './workspace.ts';

/** Blocks in their order, a blank line between them; `text` when there are none. */
export function seenText(message: Pick<Message, 'text' | 'blocks'>): string {
  return readable(rawText(message));
}

/** The tokens that notify somebody: `<!channel>`, `<!here>`, `<!everyone>`, `<!subteam^…>`, `<@U…>`. */
export function livePings(message: Pick<Message, 'text' | 'blocks'>): string[] {
  return rawText(message).match(/<(?:![a-z]+(?:\^[A-Z0-9]+)?|@[UW][A-Z0-9]+)(?:\|[^>]*)?>/g) ?? [];
}

export function rawText(message: Pick<Message, 'text' | 'blocks'>): string {
  if (!message.blocks || message.blocks.length === 0) return message.text;
  return message.blocks.map(blockText).join('\n\n');
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
