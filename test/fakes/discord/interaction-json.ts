/**
 * Interactions as the gateway tells them, and the inputs of a modal as they come back.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
import { ComponentType, InteractionContextType } from 'discord-api-types/v10';
import { channelJson } from './channel-json.ts';
import type { Interaction } from './interaction-store.ts';
import { messageJson } from './message-json.ts';
import { memberJson, userJson } from './people-json.ts';
import type { Channel, Json } from './world.ts';
import type { WorldState } from './world-state.ts';

/** As it comes back: with what was typed, in rows or in labels as they were sent. */
export const filledInputs = (
  modal: Json,
  inputs: Readonly<Record<string, string>>,
): readonly Json[] =>
  ((modal['components'] ?? []) as readonly Json[]).map((row, at) => {
    const isLabel = row['type'] === ComponentType.Label;
    const input = (isLabel ? row['component'] : (row['components'] as Json[])[0]) as Json;
    const key = String(input['custom_id']);
    const value = inputs[key] ?? String(input['value'] ?? '');
    if (value === '' && input['required'] !== false)
      throw new Error(`the modal is not sent without ${key}`);
    if (value.length > Number(input['max_length'] ?? 4000)) throw new Error(`${key} is too long`);
    const answer = { type: ComponentType.TextInput, id: at + 1, custom_id: key, value };
    return isLabel
      ? { type: ComponentType.Label, id: 100 + at, component: answer }
      : { type: ComponentType.ActionRow, id: 100 + at, components: [answer] };
  });

export const interactionJson = (
  interaction: Interaction,
  { state, channel, origin }: { state: WorldState; channel: Channel; origin: string },
): Json => {
  const { id, token, type, userId, data, sourceId } = interaction;
  const guild = state.guildOf(channel);
  const member = guild?.members.get(userId);
  const user = userJson(state.users.get(userId), userId);
  const bits = (who: string) => String(BigInt.asUintN(53, state.permissions(who, channel)));
  const source = channel.messages.get(sourceId ?? '');
  return {
    ...{ id, token, type, version: 1, application_id: state.bot.id, data },
    ...{ channel_id: channel.id, channel: channelJson(channel, state) },
    ...(guild ? { guild_id: guild.id, guild_locale: 'en-US' } : {}),
    ...(guild ? { guild: { id: guild.id, locale: 'en-US', features: [] } } : {}),
    ...(member ? { member: { ...memberJson(member), user, permissions: bits(userId) } } : { user }),
    ...(source ? { message: messageJson(source, { state, origin, seesContent: true }) } : {}),
    app_permissions: bits(state.bot.id),
    ...{ locale: 'en-US', entitlements: [], attachment_size_limit: 10_485_760 },
    authorizing_integration_owners: guild ? { '0': guild.id } : { '0': '0' },
    context: guild ? InteractionContextType.Guild : InteractionContextType.BotDM,
  };
};
