/** Hands what the gateway sends to whoever takes it in. */
import { GatewayDispatchEvents } from 'discord-api-types/v10';
import * as z from 'zod';
import type { Packet } from './gateway.ts';
import type { Intake } from './intake.ts';
import { createInteractionAnswers } from './interaction-answers.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { type DiscordMessage, parseMessage } from './parse-message.ts';
import { snowflake } from './snowflake.ts';
import { createTakeEdit, takeDeletion, takeGoneChannel } from './take-change.ts';
import { createTakeInteraction } from './take-interaction.ts';
import { createTakeMessage } from './take-message.ts';

export interface PacketTaker {
  /** Waits for nothing. Resolves when it is taken in, or given up; never rejects. */
  take(packet: Packet): Promise<void>;
  /** Of a message from the history of its channel, with its server's id. Throws `store_unavailable` and `platform_*`: then it is to be taken again. */
  takeMessage(data: unknown): Promise<void>;
}

const whereSchema = z.object({ guild_id: snowflake.nullish(), channel_id: snowflake.nullish() });

/** Of one channel in order of their coming; interactions wait for nobody. */
export const createPacketTaker = (
  deps: ListenerDeps & { readonly intake: Intake },
): PacketTaker => {
  const { view, intake, log } = deps;
  const takeParsed = createTakeMessage(deps);
  const takeEdit = createTakeEdit(deps, takeParsed);
  const answers = createInteractionAnswers(deps);
  const takeInteraction = createTakeInteraction({ ...deps, answers });

  const read = async (
    data: unknown,
    taken: (message: DiscordMessage) => Promise<void>,
  ): Promise<void> => {
    const guild = whereSchema.safeParse(data).data?.guild_id ?? undefined;
    const parsed = parseMessage(data, view.readerIn(guild));
    if (parsed.kind === 'message') return taken(parsed.message);
    if (parsed.reason === 'unknown_shape') log.warn('discord message of an unknown shape');
  };

  /** What is to be done about it, decided at once; undefined: nothing. */
  const workOf = ({ name, data }: Packet): (() => Promise<void>) | undefined => {
    switch (name) {
      case GatewayDispatchEvents.MessageCreate:
        return () => read(data, takeParsed);
      case GatewayDispatchEvents.MessageUpdate:
        return () => read(data, takeEdit);
      case GatewayDispatchEvents.MessageDelete:
      case GatewayDispatchEvents.MessageDeleteBulk:
        return () => takeDeletion(deps, data);
      case GatewayDispatchEvents.ThreadDelete:
      case GatewayDispatchEvents.ChannelDelete:
        return takeGoneChannel(deps, data);
      default:
        return undefined;
    }
  };

  return {
    async take(packet) {
      const { name, data } = packet;
      if (name === GatewayDispatchEvents.InteractionCreate) return takeInteraction(data);
      const work = workOf(packet);
      if (work === undefined) return;
      await intake.take(whereSchema.safeParse(data).data?.channel_id ?? '', work);
    },
    takeMessage: (data) => read(data, takeParsed),
  };
};
