/**
 * Block Kit's rules for messages: shapes, sizes, unknown properties, and what the whole message may hold.
 *
 * Lengths count UTF-16 units after `&`, `<` and `>` became entities: Slack says "characters" and stores them escaped,
 * so this is the strictest reading. Entities that the sender wrote count as they stand. Of buttons the ids and values count
 * towards the whole message too: nobody measured that they do not.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block (12,000 over all markdown blocks)
 * @see https://github.com/slackapi/bolt-js/issues/2509 (13,297 in all, 125 less for one more block, measured)
 */
import { z } from 'zod';
import { blockText, isPressed } from './seen-text.ts';
import type { Block } from './workspace.ts';

export const blockLimits = {
  blocks: 50,
  markdown: 12_000,
  message: 13_297,
  perFurtherBlock: 125,
} as const;

export function slackLength(text: string): number {
  return text.replace(/&(?!(?:amp|lt|gt);)/g, '&amp;').replace(/[<>]/g, '&lt;').length;
}

const upTo = (max: number) =>
  z.string().refine((text) => text.length > 0 && slackLength(text) <= max, {
    error: `must be more than 0 and less than ${max + 1} characters`,
  });
const blockId = { block_id: upTo(255).optional() };
const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: upTo(max), emoji: z.boolean().optional() });
const anyText = (max: number) =>
  z.union([
    plainText(max),
    z.strictObject({
      type: z.literal('mrkdwn'),
      text: upTo(max),
      verbatim: z.boolean().optional(),
    }),
  ]);
const image = {
  type: z.literal('image'),
  image_url: upTo(3000),
  alt_text: upTo(2000),
};
const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: upTo(255).optional(),
  value: upTo(2000).optional(),
  url: upTo(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: upTo(75).optional(),
});
const feedbackButton = z.strictObject({
  text: plainText(75),
  value: upTo(2000),
  accessibility_label: upTo(75).optional(),
});
const feedbackButtons = z.strictObject({
  type: z.literal('feedback_buttons'),
  action_id: upTo(255).optional(),
  positive_button: feedbackButton,
  negative_button: feedbackButton,
});

/** Of one block of a message. */
export const blockSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('divider'), ...blockId }),
  z.strictObject({ type: z.literal('header'), text: plainText(150), ...blockId }),
  z.strictObject({ type: z.literal('markdown'), text: upTo(blockLimits.markdown), ...blockId }),
  z
    .strictObject({
      type: z.literal('section'),
      text: anyText(3000).optional(),
      fields: z.array(anyText(2000)).min(1).max(10).optional(),
      accessory: z.union([button, z.strictObject(image)]).optional(),
      expand: z.boolean().optional(),
      ...blockId,
    })
    .refine((section) => section.text ?? section.fields, { error: 'missing required field: text' }),
  z.strictObject({
    type: z.literal('context'),
    elements: z
      .array(z.union([anyText(3000), z.strictObject(image)]))
      .min(1)
      .max(10),
    ...blockId,
  }),
  z.strictObject({
    type: z.literal('actions'),
    elements: z.array(button).min(1).max(25),
    ...blockId,
  }),
  z.strictObject({
    type: z.literal('context_actions'),
    elements: z.array(feedbackButtons).min(1).max(5),
    ...blockId,
  }),
  z.strictObject({ ...image, title: plainText(2000).optional(), ...blockId }),
  z.strictObject({
    type: z.literal('rich_text'),
    elements: z.array(z.looseObject({ type: z.string().startsWith('rich_text_') })),
    ...blockId,
  }),
]);

export type BlockFault =
  | { readonly kind: 'shape'; readonly messages: readonly string[] }
  | { readonly kind: 'too_long'; readonly messages: readonly string[] };

/** The first thing that Slack would refuse, with `response_metadata.messages` in its manner. */
export function findBlockFault(blocks: readonly unknown[]): BlockFault | undefined {
  if (blocks.length > blockLimits.blocks)
    return shape(`no more than ${blockLimits.blocks} items allowed [json-pointer:/blocks]`);
  const markdown = blocks.filter(isMarkdown).reduce((sum, each) => sum + slackLength(each.text), 0);
  if (markdown > blockLimits.markdown)
    return tooLong(`markdown blocks hold ${markdown} of ${blockLimits.markdown} characters`);
  const parsed = z.array(blockSchema).safeParse(blocks);
  if (!parsed.success)
    return shape(
      ...parsed.error.issues.map(
        (issue) => `${issue.message} [json-pointer:/blocks/${issue.path.join('/')}]`,
      ),
    );
  const repeated = parsed.data.findIndex(({ type, ...each }) => {
    const elements = isPressed(type) && 'elements' in each ? each.elements : [];
    const ids = elements.flatMap((element) => ('action_id' in element && element.action_id) || []);
    return new Set(ids).size < ids.length;
  });
  if (repeated >= 0)
    return shape(`\`action_id\` already exists [json-pointer:/blocks/${repeated}/elements]`);
  const ids = parsed.data.flatMap((each) => each.block_id ?? []);
  if (new Set(ids).size < ids.length)
    return shape('`block_id` already exists [json-pointer:/blocks]');
  const inAll = (blocks as readonly Block[]).reduce(
    (sum, each) => sum + slackLength(wholeText(each)) + blockLimits.perFurtherBlock,
    -blockLimits.perFurtherBlock,
  );
  if (inAll > blockLimits.message)
    return tooLong(`blocks hold ${inAll} of ${blockLimits.message} characters`);
  return undefined;
}

function wholeText(block: Block): string {
  return isPressed(block.type) ? stringsIn(block).join('\n') : blockText(block);
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function isMarkdown(block: unknown): block is { readonly text: string } {
  const bag = block as { readonly type?: unknown; readonly text?: unknown } | null;
  return bag?.type === 'markdown' && typeof bag.text === 'string';
}

function shape(...faults: string[]): BlockFault {
  return { kind: 'shape', messages: faults.map((each) => `[ERROR] ${each}`) };
}

function tooLong(fault: string): BlockFault {
  return { kind: 'too_long', messages: [`[ERROR] ${fault}`] };
}
