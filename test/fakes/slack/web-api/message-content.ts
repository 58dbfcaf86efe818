/**
 * Reads and checks what a call wants a message to hold: text, blocks, Markdown, metadata.
 * @see https://docs.slack.dev/reference/methods/chat.postMessage
 * @see https://docs.slack.dev/reference/methods/chat.update
 * @see https://docs.slack.dev/messaging/message-metadata
 */
import { z } from 'zod';
import { findBlockFault, slackLength } from '../block-rules.ts';
import { rawText } from '../seen-text.ts';
import type { Block, Metadata } from '../workspace.ts';
import {
  type Arguments,
  flagArgument,
  jsonArgument,
  SlackRefusal,
  textArgument,
} from './web-api-method.ts';

export interface ContentRules {
  readonly maxText: number;
  /** Posting cuts a long text and warns; updating refuses it. */
  readonly overMaxText: 'cut' | 'refuse';
  /** The code for blocks that hold too much; only chat.postMessage has one of its own. */
  readonly blocksTooLong: 'msg_blocks_too_long' | 'msg_too_long';
}

export interface MessageContent {
  readonly text: string;
  /** Absent when the call gave none or an empty list. */
  readonly blocks?: readonly Block[];
  /** `null` removes what stands there. */
  readonly metadata?: Metadata | null;
  readonly warning?: 'message_truncated';
}

const maxMarkdownText = 12_000;
const metadataSchema = z.object({ event_type: z.string(), event_payload: z.looseObject({}) });

export function readContent(args: Arguments, rules: ContentRules): MessageContent {
  const text = textArgument(args, 'text')?.trim() ? textArgument(args, 'text') : undefined;
  const given = readBlocks(args, rules);
  const markdown = textArgument(args, 'markdown_text');
  const metadata = readMetadata(args);
  if (flagArgument(args, 'link_names') || textArgument(args, 'parse') === 'full')
    throw new SlackRefusal('fake_does_not_model_link_names');
  if (markdown !== undefined && (text !== undefined || given))
    throw new SlackRefusal('markdown_text_conflict');
  if (markdown !== undefined && slackLength(markdown) > maxMarkdownText)
    throw new SlackRefusal('msg_too_long');
  const blocks = markdown ? [{ type: 'markdown', text: markdown }] : given;
  if (text === undefined && !blocks) throw new SlackRefusal('no_text');
  const tooLong = text !== undefined && slackLength(text) > rules.maxText;
  if (tooLong && rules.overMaxText === 'refuse') throw new SlackRefusal('msg_too_long');
  return {
    text: text?.slice(0, rules.maxText) ?? rawText({ text: '', blocks: blocks ?? [] }),
    ...(blocks ? { blocks } : {}),
    ...(metadata === undefined ? {} : { metadata }),
    ...(tooLong ? { warning: 'message_truncated' } : {}),
  };
}

function readBlocks(args: Arguments, rules: ContentRules): readonly Block[] | undefined {
  const blocks = jsonArgument(args, 'blocks', 'invalid_blocks_format');
  if (blocks === undefined || blocks === null) return undefined;
  if (!Array.isArray(blocks)) throw new SlackRefusal('invalid_blocks_format');
  const fault = findBlockFault(blocks);
  if (fault?.kind === 'too_long') throw new SlackRefusal(rules.blocksTooLong, fault.messages);
  if (fault) throw new SlackRefusal('invalid_blocks', fault.messages);
  return blocks.length > 0 ? blocks : undefined;
}

export function readMetadata(args: Arguments): Metadata | null | undefined {
  const given = jsonArgument(args, 'metadata', 'invalid_metadata_format');
  if (given === undefined) return undefined;
  if (typeof given === 'object' && given !== null && Object.keys(given).length === 0) return null;
  const parsed = metadataSchema.safeParse(given);
  if (!parsed.success) throw new SlackRefusal('invalid_metadata_format');
  return parsed.data;
}
