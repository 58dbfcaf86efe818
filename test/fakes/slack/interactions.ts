/**
 * What people do with the app besides writing: commands, shortcuts, buttons, forms, its Home.
 *
 * Slack sends each once, waits 3 s, and shows the person what the answer says.
 * @see https://docs.slack.dev/interactivity/implementing-slash-commands
 * @see https://docs.slack.dev/reference/interaction-payloads
 * @see https://docs.slack.dev/reference/events/app_home_opened
 */
import type { Delivery, EventSender } from './event-sender.ts';
import { pressedElement } from './find-element.ts';
import { type Json, messageJson } from './message-json.ts';
import { stored } from './people.ts';
import type { ResponseUrls } from './response-urls.ts';
import { filledState } from './view-state.ts';
import type { OpenView, ViewStore } from './view-store.ts';
import { viewJson } from './web-api/views-methods.ts';
import type { Channel, Message, Workspace } from './workspace.ts';
import type { WorkspaceState } from './workspace-state.ts';

export interface Interactions {
  /** `text` as typed. Works in channels that the bot is not in. */
  slashCommand(typed: {
    readonly channel: string;
    readonly user: string;
    readonly text: string;
    /** Default `/ask`. */
    readonly command?: string;
  }): Promise<Delivery>;
  /** From the menu of a message, anybody's. */
  messageShortcut(chosen: {
    readonly channel: string;
    readonly ts: string;
    readonly user: string;
    /** Default `ask_about`. */
    readonly callbackId?: string;
  }): Promise<Delivery>;
  /** Fails when the message holds no such button. */
  click(pressed: {
    readonly channel: string;
    readonly ts: string;
    readonly user: string;
    readonly actionId: string;
    /** Of feedback buttons. */
    readonly choice?: 'positive' | 'negative';
    /** What a manipulated client sends in place of the button's. */
    readonly forgedValue?: string;
  }): Promise<Delivery>;
  /**
   * Sends the modal that the person sees, its inputs filled by `block_id`; what is left out keeps its initial value. `errors` are shown in it, and it
   * stays open; else it closes.
   */
  submitModal(sent: {
    readonly user: string;
    readonly inputs: Readonly<Record<string, string>>;
  }): Promise<{ readonly delivery: Delivery; readonly errors?: Readonly<Record<string, string>> }>;
  openHome(user: string, options?: { readonly tab?: 'home' | 'messages' }): Promise<Delivery>;
  modalOf(user: string): OpenView | undefined;
  homeOf(user: string): OpenView | undefined;
}

export function createInteractions({
  state,
  sender,
  views,
  responseUrls,
}: {
  readonly state: WorkspaceState;
  readonly sender: EventSender;
  readonly views: ViewStore;
  readonly responseUrls: ResponseUrls;
}): Interactions {
  type Where = { readonly workspace: Workspace; readonly channel: Channel };

  function send(payload: Json): Promise<Delivery> {
    const fields = { payload: JSON.stringify(payload) };
    return sender.sendForm(fields, { eventType: String(payload['type']) });
  }

  function whose(user: string): Workspace {
    const found = state.workspaces().find((each) => each.users.has(user));
    if (!found) throw new Error(`fake Slack has no user ${user}`);
    return found;
  }

  function present({ workspace, channel }: Where, user: string): void {
    if (!workspace.users.has(user)) throw new Error(`fake Slack has no user ${user}`);
    if (channel.members && !channel.members.has(user))
      throw new Error(`${user} is not in ${channel.id}`);
  }

  function standing({ channel }: Where, ts: string): Message {
    const message = channel.messages.get(ts);
    if (!message) throw new Error(`no message ${ts} stands in ${channel.id}`);
    return message;
  }

  function common(workspace: Workspace, user: string): Json {
    const { enterpriseId } = workspace;
    const isOrgWide = state.isOrgWide(workspace);
    const person = workspace.users.get(user);
    return {
      token: 'verification-token',
      api_app_id: workspace.appId,
      team: isOrgWide ? null : { id: workspace.id, domain: workspace.domain },
      enterprise: enterpriseId === undefined ? null : { id: enterpriseId, name: 'Org' },
      is_enterprise_install: isOrgWide,
      user: { id: user, username: person?.name, name: person?.name, team_id: person?.teamId },
    };
  }

  return {
    async slashCommand({ channel: channelId, user, text, command = '/ask' }) {
      const where = state.place(channelId);
      present(where, user);
      const { workspace, channel } = where;
      const { enterpriseId } = workspace;
      const delivery = await sender.sendForm(
        {
          token: 'verification-token',
          team_id: workspace.id,
          team_domain: workspace.domain,
          ...(enterpriseId === undefined
            ? {}
            : { enterprise_id: enterpriseId, enterprise_name: 'Org' }),
          channel_id: channel.id,
          channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
          user_id: user,
          user_name: workspace.users.get(user)?.name ?? '',
          command,
          text: stored(workspace, text),
          api_app_id: workspace.appId,
          is_enterprise_install: String(state.isOrgWide(workspace)),
          response_url: responseUrls.open({ ...where, user }),
          trigger_id: views.newTrigger({ teamId: workspace.id, user }),
        },
        { eventType: 'slash_command' },
      );
      if (delivery.status === 200 && delivery.body !== '')
        responseUrls.show({ ...where, user }, JSON.parse(delivery.body));
      return delivery;
    },
    messageShortcut({ channel: channelId, ts, user, callbackId = 'ask_about' }) {
      const where = state.place(channelId);
      present(where, user);
      const message = standing(where, ts);
      const { workspace, channel } = where;
      return send({
        type: 'message_action',
        ...common(workspace, user),
        callback_id: callbackId,
        action_ts: state.nextTs(),
        trigger_id: views.newTrigger({ teamId: workspace.id, user }),
        response_url: responseUrls.open({ ...where, user, threadTs: message.threadTs }),
        channel: { id: channel.id, name: channel.name },
        message_ts: ts,
        message: messageJson(where, message, { withMetadata: false }),
      });
    },
    click({ channel: channelId, ts, user, actionId, choice, forgedValue }) {
      const where = state.place(channelId);
      present(where, user);
      const message = standing(where, ts);
      const { workspace, channel } = where;
      const action = pressedElement(message.blocks ?? [], { actionId, choice });
      const inThread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
      return send({
        type: 'block_actions',
        ...common(workspace, user),
        container: {
          ...{ type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: false },
          ...inThread,
        },
        trigger_id: views.newTrigger({ teamId: workspace.id, user }),
        channel: { id: channel.id, name: channel.name },
        message: messageJson(where, message, { withMetadata: false }),
        state: { values: {} },
        response_url: responseUrls.open({ ...where, user, threadTs: message.threadTs }),
        actions: [
          {
            ...action,
            ...(forgedValue === undefined ? {} : { value: forgedValue }),
            action_ts: state.nextTs(),
          },
        ],
      });
    },
    async submitModal({ user, inputs }) {
      const open = views.modalOf(user);
      if (!open) throw new Error(`${user} sees no modal`);
      const workspace = state.workspace(open.teamId);
      const delivery = await send({
        type: 'view_submission',
        ...common(workspace, user),
        trigger_id: views.newTrigger({ teamId: workspace.id, user }),
        view: {
          ...viewJson(open),
          state: { values: filledState(open.view, inputs) },
          ...{ app_id: workspace.appId, bot_id: workspace.botId },
        },
        response_urls: [],
      });
      if (delivery.status !== 200) return { delivery };
      const answer = delivery.body === '' ? {} : (JSON.parse(delivery.body) as Json);
      if (answer['response_action'] !== 'errors') {
        views.close(open.id);
        return { delivery };
      }
      const errors = answer['errors'] as Readonly<Record<string, string>>;
      const ids = open.view.blocks.map((block) => block['block_id']);
      for (const id of Object.keys(errors))
        if (!ids.includes(id)) throw new Error(`the modal has no block ${id}`);
      return { delivery, errors };
    },
    openHome(user, { tab = 'home' } = {}) {
      const workspace = whose(user);
      const channel = state.openDirectMessage(workspace, user);
      const home = views.homeOf(user);
      const event = {
        ...{ type: 'app_home_opened', user, channel: channel.id, tab, event_ts: state.nextTs() },
        ...(home && tab === 'home' ? { view: viewJson(home) } : {}),
      };
      return sender.sendEvent(event, { teamId: workspace.id });
    },
    modalOf: views.modalOf,
    homeOf: views.homeOf,
  };
}
