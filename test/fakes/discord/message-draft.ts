/**
 * What the bot wants a message to be, checked: 2,000 UTF-16 units, files, embeds, buttons, flags.
 * @see https://discord.com/developers/docs/resources/message#create-message
 */
import { MessageFlags } from 'discord-api-types/v10';
import { checkComponents, listOf } from './component-rules.ts';
import { type AllowedMentions, readAllowedMentions } from './mentions.ts';
import { DiscordRefusal, invalidForm, tooLong } from './refusal.ts';
import type { UploadedFile } from './rest/read-request.ts';
import type { Attachment, Json, Message } from './world.ts';

export interface Draft {
  readonly content: string;
  readonly embeds: readonly Json[];
  readonly components: readonly Json[];
  readonly attachments: readonly Attachment[];
  readonly flags: number;
  readonly allowed: AllowedMentions;
}

export interface DraftRules {
  readonly nextId: () => string;
  /** What counts when the body names no `allowed_mentions`. */
  readonly absent: AllowedMentions;
  readonly canBeEphemeral?: boolean;
}

const maxFileBytes = 10 * 1024 * 1024;
const settable = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications;

/** Fields that the body does not name stay as they are in `previous`. Throws 40005, 50006, 50035. */
export const readDraft = (
  { body, files }: { readonly body: Json; readonly files: readonly UploadedFile[] },
  { nextId, absent, canBeEphemeral = false }: DraftRules,
  previous?: Message,
): Draft => {
  const { content = previous?.content ?? '', embeds = previous?.embeds ?? [] } = body;
  const draft: Draft = {
    content: readContent(content),
    embeds: readEmbeds(embeds),
    components:
      body['components'] === undefined
        ? (previous?.components ?? [])
        : checkComponents(body['components']),
    attachments: readAttachments({ body, files }, { nextId, previous }),
    flags: readFlags(body['flags'], { previous, canBeEphemeral }),
    allowed: readAllowedMentions(body['allowed_mentions'], absent),
  };
  if (isEmpty(draft)) throw new DiscordRefusal(50006);
  return draft;
};

const isEmpty = ({ content, embeds, components, attachments }: Draft): boolean =>
  content.trim() === '' && embeds.length + components.length + attachments.length === 0;

const readContent = (value: unknown): string => {
  if (value === null) return '';
  if (typeof value !== 'string')
    throw invalidForm('content', { code: 'STRING_TYPE_CONVERT', message: 'Could not interpret.' });
  if (value.length > 2000) throw tooLong('content', 2000);
  return value.trim();
};

const readEmbeds = (value: unknown): readonly Json[] => {
  const embeds = listOf(value, 'embeds', { max: 10 });
  const lengthOf = (text: unknown) => (typeof text === 'string' ? text.length : 0);
  let whole = 0;
  embeds.forEach(({ title, description, footer }, at) => {
    if (lengthOf(title) > 256) throw tooLong(`embeds.${at}.title`, 256);
    if (lengthOf(description) > 4096) throw tooLong(`embeds.${at}.description`, 4096);
    whole += lengthOf(title) + lengthOf(description) + lengthOf((footer as Json)?.['text']);
  });
  if (whole > 6000) throw tooLong('embeds', 6000);
  return embeds;
};

/** An edit that names `attachments` keeps those that it names. */
const readAttachments = (
  { body, files }: { readonly body: Json; readonly files: readonly UploadedFile[] },
  { nextId, previous }: { readonly nextId: () => string; readonly previous: Message | undefined },
): readonly Attachment[] => {
  const named = body['attachments'] as readonly Json[] | undefined;
  const kept = (previous?.attachments ?? []).filter(
    ({ id }) => named === undefined || named?.some((each) => each['id'] === id),
  );
  if (files.some(({ bytes }) => bytes.length > maxFileBytes)) throw new DiscordRefusal(40005);
  const added = files.map(({ key, filename, contentType, bytes }) => {
    const told = named?.find((each) => String(each['id']) === key)?.['filename'];
    return { id: nextId(), filename: String(told ?? filename), contentType, bytes };
  });
  const all = [...kept, ...added];
  if (all.length > 10) throw tooLong('attachments', 10);
  return all;
};

const readFlags = (
  value: unknown,
  {
    previous,
    canBeEphemeral,
  }: { readonly previous: Message | undefined; readonly canBeEphemeral: boolean },
): number => {
  const given = typeof value === 'number' ? value : undefined;
  if (given !== undefined && given & MessageFlags.IsComponentsV2)
    throw invalidForm('flags', {
      ...{ code: 'FAKE_LIMITATION', message: 'The fake Discord knows no components V2.' },
    });
  if (previous) {
    const suppress = (given ?? previous.flags) & MessageFlags.SuppressEmbeds;
    const rest = previous.flags & ~MessageFlags.SuppressEmbeds & ~MessageFlags.Loading;
    return rest | suppress;
  }
  return (given ?? 0) & (settable | (canBeEphemeral ? MessageFlags.Ephemeral : 0));
};
