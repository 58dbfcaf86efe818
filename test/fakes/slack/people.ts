/**
 * What people write in Slack, in the state and as events: ask, reply, edit, delete.
 *
 * Text is given as typed; Slack stores `&`, `<` and `>` as entities, `{bot}` stands for the mention of the bot and `{U1}` for that of a person.
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
import { randomUUID } from 'node:crypto';
import { mentionEvent, messageEvent } from './event-payloads.ts';
import type { Delivery, EventSender } from './event-sender.ts';
import type { Json } from './message-json.ts';
import type { Channel, Message, Workspace } from './workspace.ts';
import type { StateChange, WorkspaceState } from './workspace-state.ts';

export interface Typed {
  readonly user: string;
  readonly text: string;
  readonly threadTs?: string;
  /** The same gesture sent again by the client has the same one. */
  readonly clientMsgId?: string;
  /** Attached; `id` and whatever else a file object of Slack's has. */
  readonly files?: readonly Readonly<Record<string, unknown>>[];
  /** Send again as Slack does while no 2xx comes, instead of once. */
  readonly retries?: boolean;
}

export interface Sent {
  readonly channel: string;
  readonly ts: string;
  /** The conversation it belongs to: its own `ts` at the top level. */
  readonly threadTs: string;
  readonly clientMsgId: string;
  readonly deliveries: readonly Delivery[];
}

export interface People {
  /** The mention stands first unless the text holds `{bot}`; an empty text is a bare mention. */
  mention(
    typed: Typed & {
      readonly channel: string;
      /** Which of the twins are sent, in their order; default `app_mention`, then `message`. */
      readonly events?: readonly ('app_mention' | 'message')[];
    },
  ): Promise<Sent>;
  directMessage(typed: Typed & { readonly teamId?: string }): Promise<Sent>;
  threadReply(
    typed: Typed & { readonly channel: string; readonly threadTs: string },
  ): Promise<Sent>;
  /** Said in a channel, to nobody in particular. */
  say(typed: Typed & { readonly channel: string }): Promise<Sent>;
  /** What a link in a message leads to is shown under it: Slack sends it as a change that nobody made. */
  unfurl(message: {
    readonly channel: string;
    readonly ts: string;
    readonly url: string;
  }): Promise<readonly Delivery[]>;
  editMessage(edit: {
    readonly channel: string;
    readonly ts: string;
    readonly text: string;
  }): Promise<readonly Delivery[]>;
  /** Also of the bot's messages, as an admin may. */
  deleteMessage(message: {
    readonly channel: string;
    readonly ts: string;
  }): Promise<readonly Delivery[]>;
}

export function createPeople({
  state,
  sender,
}: {
  readonly state: WorkspaceState;
  readonly sender: EventSender;
}): People {
  /** The changes that `act` makes. */
  function changesOf(act: () => void): StateChange[] {
    const changes: StateChange[] = [];
    const stop = state.onChange((change) => changes.push(change));
    act();
    stop();
    return changes;
  }

  /** One try each, the next after the answer to the one before; with retries all at once, as Slack does. */
  async function send(events: readonly Json[], { workspace }: Where, retries = false) {
    const options = { teamId: workspace.id };
    if (retries)
      return (await Promise.all(events.map((each) => sender.deliverEvent(each, options)))).flat();
    const deliveries: Delivery[] = [];
    for (const event of events) deliveries.push(await sender.sendEvent(event, options));
    return deliveries;
  }

  async function type(
    where: Where,
    typed: Typed,
    eventsOfPost: (change: StateChange) => readonly (Json | undefined)[],
  ): Promise<Sent> {
    const { workspace, channel } = where;
    if (!workspace.users.has(typed.user)) throw new Error(`fake Slack has no user ${typed.user}`);
    if (!channel.botIsMember)
      throw new Error(`the bot is not in ${channel.id}: Slack would send no event`);
    const clientMsgId = typed.clientMsgId ?? randomUUID();
    const { user, threadTs, files } = typed;
    const content = {
      ...{ user, clientMsgId, text: stored(workspace, typed.text) },
      ...(files ? { files } : {}),
    };
    const changes = changesOf(() =>
      state.post(where, { ...content, ...(threadTs === undefined ? {} : { threadTs }) }),
    );
    const events = changes.flatMap(eventsOfPost).filter((event) => event !== undefined);
    const ts = changes[0]?.message.ts ?? '';
    const deliveries = await send(events, where, typed.retries);
    return { channel: channel.id, ts, threadTs: threadTs ?? ts, clientMsgId, deliveries };
  }

  /** Sends what Slack tells of a message that became another. */
  function change(
    { channel, ts }: { readonly channel: string; readonly ts: string },
    become: (previous: Message, where: Where) => Message,
  ): Promise<readonly Delivery[]> {
    const where = state.place(channel);
    const previous = standing(where.channel, ts);
    const message = become(previous, where);
    const changes = changesOf(() => state.replace(where, { previous, message, byBot: false }));
    return send(eventsOf(changes), where);
  }

  return {
    mention({ channel, events = ['app_mention', 'message'], ...typed }) {
      const text = typed.text.includes('{bot}') ? typed.text : `{bot} ${typed.text}`.trim();
      return type(state.place(channel), { ...typed, text }, (change) =>
        events.map((each) => (each === 'message' ? messageEvent(change) : mentionEvent(change))),
      );
    },
    directMessage({ teamId, ...typed }) {
      const workspace = state.workspace(teamId);
      const channel = state.openDirectMessage(workspace, typed.user);
      return type({ workspace, channel }, typed, (change) => [messageEvent(change)]);
    },
    threadReply: ({ channel, ...typed }) =>
      type(state.place(channel), typed, (change) => [messageEvent(change)]),
    say: ({ channel, ...typed }) =>
      type(state.place(channel), typed, (change) => [messageEvent(change)]),
    editMessage: ({ channel, ts, text }) =>
      change({ channel, ts }, (previous, { workspace }) => ({
        ...previous,
        text: stored(workspace, text),
        edited: { user: previous.user, ts: state.nextTs() },
      })),
    unfurl: ({ channel, ts, url }) =>
      change({ channel, ts }, (previous) => ({
        ...previous,
        attachments: [{ id: 1, from_url: url, original_url: url, fallback: url, title: url }],
      })),
    deleteMessage({ channel, ts }) {
      const where = state.place(channel);
      const message = standing(where.channel, ts);
      const changes = changesOf(() => state.remove(where, message, { byBot: false }));
      return send(eventsOf(changes), where);
    },
  };
}

function eventsOf(changes: readonly StateChange[]): Json[] {
  return changes.map(messageEvent).filter((event) => event !== undefined);
}

type Where = { readonly workspace: Workspace; readonly channel: Channel };

function standing(channel: Channel, ts: string) {
  const message = channel.messages.get(ts);
  if (!message) throw new Error(`no message ${ts} stands in ${channel.id}`);
  return message;
}

/** As Slack keeps what somebody typed. */
export function stored(workspace: Workspace, typed: string): string {
  return typed
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('{bot}', `<@${workspace.botUserId}>`)
    .replace(/\{([UW][A-Z0-9]+)\}/g, '<@$1>');
}
