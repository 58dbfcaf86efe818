/**
 * What follows the first answer, with the interaction's token for fifteen minutes: `@original`, follow-ups.
 * @see https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
 */
import { MessageFlags, MessageType } from 'discord-api-types/v10';
import type { Interaction } from '../interaction-store.ts';
import { usersOnly } from '../mentions.ts';
import { readDraft } from '../message-draft.ts';
import { changeToDraft, sayDraft } from '../speak.ts';
import type { Message } from '../world.ts';
import { responseFields } from './interaction-routes.ts';
import { shown } from './message-routes.ts';
import { asJson, param, type RestDeps, type RestRequest, type RestRoute } from './rest-route.ts';

const one = '/webhooks/{application}/{token}/messages/{message}';

export const webhookRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'getResponse', verb: 'GET', path: one, isOpen: true },
    serve: (request, deps) => shown(found(request, deps).message, deps),
  },
  {
    ...{ method: 'editResponse', verb: 'PATCH', path: one, isOpen: true },
    serve(request, deps) {
      const { channel, message } = found(request, deps);
      return shown(edit({ channel, message }, { request, deps }), deps);
    },
  },
  {
    ...{ method: 'deleteResponse', verb: 'DELETE', path: one, isOpen: true },
    serve(request, deps) {
      const { channel, message } = found(request, deps);
      deps.state.remove(channel, message);
    },
  },
  {
    ...{ method: 'createFollowUp', verb: 'POST', path: '/webhooks/{application}/{token}' },
    isOpen: true,
    serve: (request, deps) => shown(followUp(request, deps), deps),
  },
];

const interactionOf = (request: RestRequest, { interactions }: RestDeps): Interaction =>
  interactions.answered(param(request, 'application'), param(request, 'token'));

const found = (request: RestRequest, deps: RestDeps) =>
  deps.interactions.messageOf(interactionOf(request, deps), param(request, 'message'));

interface Asked {
  readonly request: RestRequest;
  readonly deps: RestDeps;
}

const edit = (
  { channel, message }: ReturnType<typeof found>,
  { request, deps }: Asked,
): Message => {
  const draft = readDraft(
    { body: asJson(request.body), files: request.files },
    { nextId: deps.state.nextId, absent: usersOnly },
    message,
  );
  return changeToDraft(deps, { channel, draft, message });
};

/** The first one after a deferred answer takes the place of "thinking". */
const followUp = (request: RestRequest, deps: RestDeps): Message => {
  const { state } = deps;
  const interaction = interactionOf(request, deps);
  const channel = state.channel(interaction.channelId);
  const original = channel.messages.get(interaction.responseId ?? '');
  if (original && original.flags & MessageFlags.Loading)
    return edit({ channel, message: original }, { request, deps });
  const body = asJson(request.body);
  const draft = readDraft(
    { body, files: request.files },
    { nextId: state.nextId, absent: usersOnly, canBeEphemeral: true },
  );
  const isEphemeral = (draft.flags & MessageFlags.Ephemeral) !== 0;
  const { responseId } = interaction;
  const fields = responseFields(interaction, deps);
  const message = sayDraft(deps, {
    ...{ channel, draft },
    message: {
      ...fields,
      interaction: { ...fields.interaction, ...(responseId === undefined ? {} : { responseId }) },
      type: MessageType.Reply,
      ...(original && original.onlyFor === undefined
        ? { reference: { channelId: channel.id, messageId: original.id } }
        : {}),
      ...(isEphemeral ? { onlyFor: interaction.userId } : {}),
    },
  });
  interaction.followUpIds.push(message.id);
  return message;
};
