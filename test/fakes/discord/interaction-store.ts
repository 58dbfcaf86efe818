/**
 * Interactions from the person's click to the end of their token: three seconds for the first answer, fifteen minutes for the rest.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding
 */
import { randomBytes } from 'node:crypto';
import type { FakeClock } from '../http/clock.ts';
import { DiscordRefusal } from './refusal.ts';
import type { Channel, Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface Interaction {
  readonly id: string;
  readonly token: string;
  /** `InteractionType` of discord-api-types. */
  readonly type: number;
  /** Of a command. */
  readonly name?: string;
  readonly channelId: string;
  readonly userId: string;
  readonly createdAtMs: number;
  readonly data: Json;
  /** The message whose button was pressed, or led to the modal. */
  readonly sourceId?: string;
  ack?: { readonly type: number; readonly atMs: number };
  /** The message that it was answered with; `sourceId` for an update of that. */
  responseId?: string;
  readonly followUpIds: string[];
}

export interface OpenModal {
  readonly modal: Json;
  readonly from: Interaction;
}

export type InteractionStore = ReturnType<typeof createInteractionStore>;

const patienceMs = 3_000;
const tokenLifeMs = 15 * 60_000;

export const createInteractionStore = ({
  state,
  clock,
  onChange,
}: {
  readonly state: WorldState;
  readonly clock: Pick<FakeClock, 'now'>;
  readonly onChange: () => void;
}) => {
  const all = new Map<string, Interaction>();
  /** What people see in front of them, by person. */
  const modals = new Map<string, OpenModal>();

  return {
    open(
      asked: Pick<Interaction, 'type' | 'channelId' | 'userId' | 'data'> &
        Partial<Pick<Interaction, 'name' | 'sourceId'>>,
    ): Interaction {
      const interaction: Interaction = {
        ...asked,
        id: state.nextId(),
        token: randomBytes(48).toString('base64url'),
        createdAtMs: clock.now(),
        followUpIds: [],
      };
      all.set(interaction.id, interaction);
      return interaction;
    },
    find: (id: string): Interaction | undefined => all.get(id),
    list: (): readonly Interaction[] => [...all.values()],
    /** Throws 10062, 40060. */
    unanswered(id: string, token: string): Interaction {
      const interaction = all.get(id);
      if (!interaction || interaction.token !== token) throw new DiscordRefusal(10062);
      if (interaction.ack) throw new DiscordRefusal(40060);
      if (clock.now() - interaction.createdAtMs > patienceMs) throw new DiscordRefusal(10062);
      return interaction;
    },
    acknowledge(interaction: Interaction, type: number): void {
      interaction.ack = { type, atMs: clock.now() };
      onChange();
    },
    /** Answered and still alive; throws 10015, 50027. */
    answered(applicationId: string, token: string): Interaction {
      const interaction = [...all.values()].find((each) => each.token === token);
      if (!interaction?.ack || applicationId !== state.bot.id) throw new DiscordRefusal(10015);
      if (clock.now() - interaction.createdAtMs > tokenLifeMs) throw new DiscordRefusal(50027);
      return interaction;
    },
    /** `@original`, or one of its follow-ups; throws 10008. */
    messageOf(
      interaction: Interaction,
      id: string,
    ): { readonly channel: Channel; readonly message: Message } {
      const { responseId, followUpIds } = interaction;
      const known = id === '@original' ? responseId : id;
      const isOwn = known !== undefined && [responseId, ...followUpIds].includes(known);
      const channel = state.channels.get(interaction.channelId);
      const message = isOwn ? channel?.messages.get(known) : undefined;
      if (!channel || !message) throw new DiscordRefusal(10008);
      return { channel, message };
    },
    showModal(from: Interaction, modal: Json): void {
      modals.set(from.userId, { from, modal });
      onChange();
    },
    modalOf: (userId: string): OpenModal | undefined => modals.get(userId),
    closeModal: (userId: string): void => {
      modals.delete(userId);
    },
  };
};
