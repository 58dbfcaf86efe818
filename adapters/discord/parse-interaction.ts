/** Reads an interaction of Discord's: a command, a press of a button, or a form that was sent. */
import {
  ApplicationCommandType,
  InteractionType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import * as z from 'zod';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import { type DiscordAction, readActionId } from './action-ids.ts';
import { askAboutCommand, askCommand, questionOption } from './commands.ts';
import { isThread } from './guild-view.ts';
import type { Where } from './places.ts';
import { readReason } from './reason-form.ts';
import { snowflake } from './snowflake.ts';

/** What every interaction tells: who did it, where, and how it is answered. */
export interface Gesture extends Where {
  readonly id: string;
  /** Answers the interaction for 15 minutes, for whoever has it. */
  readonly token: string;
  readonly applicationId: string;
  readonly user: string;
  /** Of the person, in the server; empty in a direct message. */
  readonly roles: readonly string[];
  readonly managesMessages: boolean;
}

export type DiscordInteraction = { readonly gesture: Gesture } & (
  | { readonly kind: 'ask'; readonly question: string }
  /** `target` is the message that the command was used on, as Discord sent it. */
  | { readonly kind: 'ask-about'; readonly target: unknown }
  | {
      readonly kind: 'press';
      readonly action: Exclude<DiscordAction, 'reason'>;
      readonly pressed: PressedMessage;
    }
  | { readonly kind: 'reason'; readonly text: string; readonly pressed: PressedMessage }
  | { readonly kind: 'unknown' }
);

/** The message that holds the button, and the turn that its id names: to be checked, a client may send any. */
export interface PressedMessage {
  readonly turnId: TurnId;
  readonly message: string;
}

const user = z.object({ id: snowflake });
const gestureSchema = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  type: z.number(),
  data: z.unknown(),
  guild_id: snowflake.nullish(),
  channel_id: snowflake,
  channel: z
    .object({ type: z.number(), parent_id: snowflake.nullish() })
    .nullish()
    .catch(undefined),
  member: z
    .object({ user, roles: z.array(snowflake).catch([]), permissions: z.string().nullish() })
    .nullish(),
  user: user.nullish(),
  message: z.object({ id: snowflake }).nullish().catch(undefined),
});
const optionSchema = z.object({ name: z.literal(questionOption), value: z.string() });
const commandSchema = z.object({
  type: z.number(),
  name: z.string(),
  options: z.tuple([optionSchema], z.unknown()).nullish().catch(undefined),
  target_id: snowflake.nullish().catch(undefined),
  resolved: z
    .object({ messages: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .catch(undefined),
});
const componentSchema = z.object({ custom_id: z.string(), components: z.unknown().optional() });

/**
 * Undefined for what cannot be answered. What nobody of ours offers is `unknown`.
 *
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
 */
export const parseInteraction = (payload: unknown): DiscordInteraction | undefined => {
  const parsed = gestureSchema.safeParse(payload);
  const person = parsed.data?.member?.user ?? parsed.data?.user;
  if (!parsed.success || !person) return undefined;
  const { type, data, message } = parsed.data;
  const gesture = gestureOf(parsed.data, person.id);
  const read = reading[type]?.(data, message?.id);
  return { gesture, ...(read ?? { kind: 'unknown' }) };
};

type Read = DiscordInteraction extends infer One
  ? One extends DiscordInteraction
    ? Omit<One, 'gesture'>
    : never
  : never;

const gestureOf = (sent: z.infer<typeof gestureSchema>, person: string): Gesture => {
  const { channel, member } = sent;
  const parent = channel && isThread(channel) ? channel.parent_id : undefined;
  return {
    ...{ id: sent.id, token: sent.token, applicationId: sent.application_id },
    ...{ user: person, channel: sent.channel_id },
    ...(sent.guild_id ? { guild: sent.guild_id } : {}),
    ...(parent ? { parent } : {}),
    roles: member?.roles ?? [],
    managesMessages: hasPermission(member?.permissions, PermissionFlagsBits.ManageMessages),
  };
};

/** Of a bit set that Discord writes as a decimal number. */
const hasPermission = (permissions: string | null | undefined, bit: bigint): boolean => {
  if (!permissions || !/^\d{1,40}$/.test(permissions)) return false;
  return (BigInt(permissions) & (bit | PermissionFlagsBits.Administrator)) !== 0n;
};

const readCommand = (data: unknown): Read | undefined => {
  const parsed = commandSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const { type, name, options, target_id, resolved } = parsed.data;
  if (type === ApplicationCommandType.ChatInput && name === askCommand && options)
    return { kind: 'ask', question: options[0].value };
  const target = target_id ? resolved?.messages?.[target_id] : undefined;
  return type === ApplicationCommandType.Message && name === askAboutCommand && target
    ? { kind: 'ask-about', target }
    : undefined;
};

const readComponent = (data: unknown, message: string | undefined): Read | undefined => {
  const parsed = componentSchema.safeParse(data);
  const found = parsed.data && readActionId(parsed.data.custom_id);
  if (!parsed.success || found === undefined || message === undefined) return undefined;
  const pressed = { turnId: asId<TurnId>(found.turnId), message };
  const { action } = found;
  return action === 'reason'
    ? { kind: 'reason', text: readReason(parsed.data.components), pressed }
    : { kind: 'press', action, pressed };
};

const reading: Readonly<
  Record<number, (data: unknown, message: string | undefined) => Read | undefined>
> = {
  [InteractionType.ApplicationCommand]: readCommand,
  [InteractionType.MessageComponent]: readComponent,
  [InteractionType.ModalSubmit]: readComponent,
};
