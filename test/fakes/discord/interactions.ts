/**
 * What people do with the app besides writing: commands, buttons, forms. And what came of each.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object
 */
import { ApplicationCommandType, ComponentType, InteractionType } from 'discord-api-types/v10';
import type { CommandRegistry } from './command-registry.ts';
import type { Dispatch } from './gateway/dispatches.ts';
import { filledInputs, interactionJson } from './interaction-json.ts';
import type { Interaction, InteractionStore } from './interaction-store.ts';
import { messageJson } from './message-json.ts';
import type { SeenMessage } from './seen-message.ts';
import type { Timeline } from './timeline.ts';
import type { Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface SeenInteraction {
  readonly id: string;
  readonly token: string;
  /** How long the first answer took, on the fake's clock; absent while it is awaited. */
  readonly ackMs?: number;
  /** `InteractionResponseType`: 4 a message, 5 "thinking", 6 and 7 an update, 9 a modal. */
  readonly ackType?: number;
  /** What it was answered with, as it stands; only the person sees it when `onlyFor` is set. */
  readonly response?: SeenMessage;
  readonly followUps: readonly SeenMessage[];
}

export interface SentInteraction {
  readonly id: string;
  readonly token: string;
}

export interface PeopleInteractions {
  /** `options` by name. Works whether or not the command was registered. */
  slashCommand(typed: {
    readonly channel: string;
    readonly user: string;
    /** Default `ask`. */
    readonly name?: string;
    readonly options?: Readonly<Record<string, string | number | boolean>>;
  }): SentInteraction;
  /** From the menu of a message, anybody's. */
  messageCommand(chosen: {
    readonly channel: string;
    readonly message: string;
    readonly user: string;
    /** Default `Ask Footnote`. */
    readonly name?: string;
  }): SentInteraction;
  /** A button, by its id or by what stands on it. Fails when the message shows no such button, or not to this person. */
  press(pressed: {
    readonly channel: string;
    readonly message: string;
    readonly user: string;
    readonly customId?: string;
    readonly label?: string;
  }): SentInteraction;
  /** Sends the modal that the person sees, its inputs by `custom_id`, and closes it. */
  submitModal(sent: {
    readonly user: string;
    readonly inputs: Readonly<Record<string, string>>;
  }): SentInteraction;
  /** The modal that the person sees, as the app sent it. */
  modalOf(user: string): Json | undefined;
  interaction(id: string): SeenInteraction;
  interactions(): readonly SeenInteraction[];
}

export const createPeopleInteractions = ({
  state,
  store,
  commands,
  timeline,
  send,
  origin,
}: {
  readonly state: WorldState;
  readonly store: InteractionStore;
  readonly commands: CommandRegistry;
  readonly timeline: Pick<Timeline, 'messages' | 'ephemerals'>;
  readonly send: (dispatch: Dispatch) => void;
  readonly origin: () => string;
}): PeopleInteractions => {
  const open = (asked: Parameters<InteractionStore['open']>[0]): SentInteraction => {
    const interaction = store.open(asked);
    const channel = state.channel(asked.channelId);
    const json = interactionJson(interaction, { state, channel, origin: origin() });
    send({ t: 'INTERACTION_CREATE', d: () => json, guildId: channel.guildId });
    return { id: interaction.id, token: interaction.token };
  };

  const command = (
    { channel, user, name }: { channel: string; user: string; name: string },
    { type, ...data }: Json & { readonly type: number },
  ): SentInteraction => {
    const { guildId } = state.channel(channel);
    const id = commands.find(name, guildId)?.['id'] ?? state.nextId();
    return open({
      ...{ type: InteractionType.ApplicationCommand, name, channelId: channel, userId: user },
      data: { id, name, type, ...data },
    });
  };

  const seen = ({ id, token, createdAtMs, ack, ...rest }: Interaction): SeenInteraction => {
    const all = state.channels.has(rest.channelId)
      ? [...timeline.messages(rest.channelId), ...timeline.ephemerals(rest.userId)]
      : [];
    const find = (messageId: string | undefined) => all.find((each) => each.id === messageId);
    const response = find(rest.responseId);
    return {
      ...{ id, token },
      ...(ack ? { ackMs: ack.atMs - createdAtMs, ackType: ack.type } : {}),
      ...(response ? { response } : {}),
      followUps: rest.followUpIds.flatMap((each) => find(each) ?? []),
    };
  };

  return {
    slashCommand: ({ channel, user, name = 'ask', options = {} }) =>
      command(
        { channel, user, name },
        {
          type: ApplicationCommandType.ChatInput,
          options: Object.entries(options).map(([key, value]) => ({
            ...{ name: key, type: optionTypes[typeof value] ?? 3, value },
          })),
        },
      ),
    messageCommand({ channel, message: id, user, name = 'Ask Footnote' }) {
      const target = state.message(state.channel(channel), id);
      const shown = messageJson(target, { state, origin: origin(), seesContent: true });
      return command(
        { channel, user, name },
        {
          ...{ type: ApplicationCommandType.Message, target_id: id },
          resolved: { messages: { [id]: shown } },
        },
      );
    },
    press({ channel, message: id, user, customId, label }) {
      const message = state.channel(channel).messages.get(id);
      const button = message && findButton(message, { customId, label });
      if (!button || (message.onlyFor !== undefined && message.onlyFor !== user))
        throw new Error(`no button ${customId ?? label} can be pressed on ${id}`);
      return open({
        ...{ type: InteractionType.MessageComponent, channelId: channel, userId: user },
        sourceId: id,
        data: { custom_id: button['custom_id'], component_type: ComponentType.Button, id: 1 },
      });
    },
    submitModal({ user, inputs }) {
      const { modal, from } = store.modalOf(user) ?? {};
      if (!modal || !from) throw new Error(`${user} sees no modal`);
      store.closeModal(user);
      return open({
        ...{ type: InteractionType.ModalSubmit, channelId: from.channelId, userId: user },
        ...(from.sourceId === undefined ? {} : { sourceId: from.sourceId }),
        data: { custom_id: modal['custom_id'], components: filledInputs(modal, inputs) },
      });
    },
    modalOf: (user) => store.modalOf(user)?.modal,
    interaction(id) {
      const found = store.find(id);
      if (!found) throw new Error(`no interaction ${id}`);
      return seen(found);
    },
    interactions: () => store.list().map(seen),
  };
};

const optionTypes: Readonly<Record<string, number>> = { string: 3, number: 10, boolean: 5 };

const findButton = (
  { components }: Message,
  { customId, label }: { customId: string | undefined; label: string | undefined },
): Json | undefined =>
  components
    .flatMap((row) => (row['components'] ?? []) as readonly Json[])
    .find(
      (each) =>
        each['type'] === ComponentType.Button &&
        each['disabled'] !== true &&
        each['custom_id'] !== undefined &&
        (customId === undefined || each['custom_id'] === customId) &&
        (label === undefined || each['label'] === label),
    );
