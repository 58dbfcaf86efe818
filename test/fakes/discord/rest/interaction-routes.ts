/**
 * The first answer to an interaction, within three seconds and once.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#create-interaction-response
 */
import {
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  MessageType,
} from 'discord-api-types/v10';
import { checkModal } from '../component-rules.ts';
import type { Interaction } from '../interaction-store.ts';
import { usersOnly } from '../mentions.ts';
import { readDraft } from '../message-draft.ts';
import { notAChoice } from '../refusal.ts';
import { changeToDraft, sayDraft } from '../speak.ts';
import type { Message } from '../world.ts';
import { shown } from './message-routes.ts';
import { asJson, param, type RestDeps, type RestRequest, type RestRoute } from './rest-route.ts';

export const interactionRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'respond', verb: 'POST', isOpen: true },
    path: '/interactions/{interaction}/{token}/callback',
    serve(request, deps) {
      const { interactions } = deps;
      const interaction = interactions.unanswered(
        param(request, 'interaction'),
        param(request, 'token'),
      );
      const type = Number(asJson(request.body)['type']);
      const message = answer(interaction, { type, request, deps });
      interactions.acknowledge(interaction, type);
      if (request.query.get('with_response') !== 'true') return undefined;
      return {
        interaction: {
          ...{ id: interaction.id, type: interaction.type },
          ...(message
            ? {
                response_message_id: message.id,
                response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
                response_message_ephemeral: message.onlyFor !== undefined,
              }
            : {}),
        },
        ...(message ? { resource: { type, message: shown(message, deps) } } : {}),
      };
    },
  },
];

interface Answering {
  readonly type: number;
  readonly request: RestRequest;
  readonly deps: RestDeps;
}

const answer = (interaction: Interaction, answering: Answering): Message | undefined => {
  const { type, request, deps } = answering;
  const isOfMessage = interaction.sourceId !== undefined;
  switch (type) {
    case InteractionResponseType.ChannelMessageWithSource:
    case InteractionResponseType.DeferredChannelMessageWithSource:
      return say(interaction, answering);
    case InteractionResponseType.DeferredMessageUpdate:
      if (!isOfMessage) throw notAChoice('type', [4, 5, 9]);
      interaction.responseId = interaction.sourceId ?? '';
      return undefined;
    case InteractionResponseType.UpdateMessage:
      if (!isOfMessage) throw notAChoice('type', [4, 5, 9]);
      return update(interaction, answering);
    case InteractionResponseType.Modal:
      if (interaction.type === InteractionType.ModalSubmit) throw notAChoice('type', [4, 5, 6, 7]);
      deps.interactions.showModal(interaction, checkModal(dataOf(request)));
      return undefined;
    default:
      throw notAChoice('type', [4, 5, 6, 7, 9]);
  }
};

const dataOf = (request: RestRequest) => asJson(asJson(request.body)['data']);

/** A deferred one stands there as "thinking", and takes no flag but EPHEMERAL. */
const say = (interaction: Interaction, { type, request, deps }: Answering): Message => {
  const { state } = deps;
  const channel = state.channel(interaction.channelId);
  const isDeferred = type === InteractionResponseType.DeferredChannelMessageWithSource;
  const body = dataOf(request);
  const isEphemeral = (Number(body['flags'] ?? 0) & MessageFlags.Ephemeral) !== 0;
  const draft = isDeferred
    ? { ...blank, flags: isEphemeral ? MessageFlags.Ephemeral : 0 }
    : readDraft(
        { body, files: request.files },
        { nextId: state.nextId, absent: usersOnly, canBeEphemeral: true },
      );
  const message = sayDraft(deps, {
    ...{ channel, draft },
    message: {
      ...responseFields(interaction, deps),
      ...(isDeferred ? { flags: MessageFlags.Loading } : {}),
      ...(isEphemeral ? { onlyFor: interaction.userId } : {}),
    },
  });
  interaction.responseId = message.id;
  return message;
};

const blank = {
  ...{ content: '', embeds: [], components: [], attachments: [], allowed: usersOnly },
} as const;

const update = (interaction: Interaction, { request, deps }: Answering): Message => {
  const { state } = deps;
  const channel = state.channel(interaction.channelId);
  const message = state.message(channel, interaction.sourceId ?? '');
  const draft = readDraft(
    { body: dataOf(request), files: request.files },
    { nextId: state.nextId, absent: usersOnly },
    message,
  );
  interaction.responseId = message.id;
  return changeToDraft(deps, { channel, draft, message });
};

/** What makes a message the response to an interaction. */
export const responseFields = (
  { id, type, name, userId, data }: Interaction,
  { state }: Pick<RestDeps, 'state'>,
): Pick<Message, 'type' | 'webhookId'> & Required<Pick<Message, 'interaction'>> => ({
  type: type === InteractionType.ApplicationCommand ? typeOf(data['type']) : MessageType.Default,
  webhookId: state.bot.id,
  interaction: { id, type, userId, ...(name === undefined ? {} : { name }) },
});

const typeOf = (commandType: unknown): number =>
  commandType === ApplicationCommandType.ChatInput
    ? MessageType.ChatInputCommand
    : MessageType.ContextMenuCommand;
