/** Renders one message of a reply as Discord takes it, posted or edited. */
import { MessageFlags } from 'discord-api-types/v10';
import type { TurnId } from '../../src/domain/ids.ts';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import { neutraliseMarkdown, withoutLinks } from './neutralise.ts';
import { renderActions } from './reply-actions.ts';

export type MessageBody = Readonly<Record<string, unknown>>;

/**
 * Goes with every post and every edit: an edit without `allowed_mentions` is read with Discord's defaults, and one without the flag fetches what it links to.
 *
 * @see https://docs.discord.com/developers/resources/message#allowed-mentions-object
 */
const nobodyPinged = { allowed_mentions: { parse: [] } };
const nothingFetched = { flags: MessageFlags.SuppressEmbeds };

export const renderPart = (
  markdown: string,
  options: {
    readonly plain: boolean;
    readonly actions: readonly ReplyAction[];
    readonly turnId: TurnId;
  },
): MessageBody => ({
  content: options.plain ? withoutLinks(markdown) : neutraliseMarkdown(markdown),
  components: renderActions(options.actions, options.turnId),
  ...nobodyPinged,
  ...nothingFetched,
});

/** A sentence that rings for one person. */
export const renderPing = (sentence: string, user: string): MessageBody => ({
  content: `<@${user}> ${neutraliseMarkdown(sentence)}`,
  allowed_mentions: { parse: [], users: [user] },
  ...nothingFetched,
});

/** A message that holds a file alone. */
export const renderFile = (name: string): MessageBody => ({
  attachments: [{ id: 0, filename: name }],
  ...nobodyPinged,
});
