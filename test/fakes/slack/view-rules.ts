/**
 * Block Kit's rules for modals and the App Home: shapes, sizes, unknown properties.
 * @see https://docs.slack.dev/reference/views/modal-views
 * @see https://docs.slack.dev/reference/views/home-tab-views
 * @see https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
 */
import { z } from 'zod';
import { blockSchema } from './block-rules.ts';
import type { Block } from './workspace.ts';

export type View = Readonly<Record<string, unknown>> & {
  readonly type: 'modal' | 'home';
  readonly blocks: readonly Block[];
};

/** Slack refuses a larger one with `view_too_large`. */
export const maxViewBytes = 250 * 1024;

const upTo = (max: number) => z.string().min(1).max(max);
const plainText = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: upTo(max), emoji: z.boolean().optional() });

const textInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: upTo(255).optional(),
    multiline: z.boolean().optional(),
    initial_value: z.string().optional(),
    min_length: z.int().min(0).max(3000).optional(),
    max_length: z.int().min(1).max(3000).optional(),
    placeholder: plainText(150).optional(),
    focus_on_load: z.boolean().optional(),
  })
  .refine(
    ({ initial_value = '', max_length = 3000 }) => initial_value.length <= max_length,
    'initial_value must be no more than max_length characters',
  );
const inputSchema = z.strictObject({
  type: z.literal('input'),
  block_id: upTo(255).optional(),
  label: plainText(2000),
  element: textInput,
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
});
/** What a message may hold and a view may not. */
const messagesOnly: ReadonlySet<string> = new Set(['markdown', 'context_actions']);
const viewBlock = z.union([
  inputSchema,
  blockSchema.refine(({ type }) => !messagesOnly.has(type), 'unsupported type for a view'),
]);

const common = {
  blocks: z.array(viewBlock).min(1).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
const viewSchema = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('modal'),
      title: plainText(24),
      submit: plainText(24).optional(),
      close: plainText(24).optional(),
      clear_on_close: z.boolean().optional(),
      notify_on_close: z.boolean().optional(),
      ...common,
    })
    .refine(
      ({ submit, blocks }) => submit !== undefined || blocks.every(({ type }) => type !== 'input'),
      'submit is required when an input block is within the blocks array',
    ),
  z.strictObject({ type: z.literal('home'), ...common }),
]);

/** What Slack would refuse, in its manner; empty for a view that it takes. */
export function findViewFaults(view: unknown, type: View['type']): readonly string[] {
  const parsed = viewSchema.safeParse(view);
  if (!parsed.success)
    return parsed.error.issues.map(
      (issue) => `[ERROR] ${issue.message} [json-pointer:/view/${issue.path.join('/')}]`,
    );
  if (parsed.data.type !== type)
    return [`[ERROR] must be of type ${type} [json-pointer:/view/type]`];
  const ids = parsed.data.blocks.flatMap((each) => each.block_id ?? []);
  return new Set(ids).size < ids.length
    ? ['[ERROR] `block_id` already exists [json-pointer:/view/blocks]']
    : [];
}
