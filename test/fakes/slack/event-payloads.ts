/**
 * The events that a change in a workspace causes, and the envelope around them.
 *
 * A deleted root that has replies is a `message_changed` to a tombstone, not a `message_deleted`.
 * @see https://docs.slack.dev/apis/events-api#events-JSON
 * @see https://docs.slack.dev/reference/events/message
 * @see https://docs.slack.dev/reference/events/app_mention
 */
import { type Json, messageJson } from './message-json.ts';
import type { Channel, Message, Workspace } from './workspace.ts';
import type { StateChange } from './workspace-state.ts';

/** Undefined for what Slack sends no `message` event for. */
export function messageEvent(change: StateChange): Json | undefined {
  const { workspace, channel, message } = change;
  const json = (each: Message) =>
    messageJson({ workspace, channel }, each, { withMetadata: false });
  const where = { channel: channel.id, channel_type: channel.kind };
  const { eventTs } = change;
  const hidden = (subtype: string) => ({
    ...{ type: 'message', subtype, ...where, hidden: true, ts: eventTs, event_ts: eventTs },
  });
  switch (change.kind) {
    case 'post':
      return {
        ...json(message),
        ...(message.files ? { subtype: 'file_share' } : {}),
        ...homeTeam(workspace, message),
        ...where,
        event_ts: eventTs,
      };
    case 'update':
      return {
        ...hidden('message_changed'),
        message: json(message),
        ...(change.previous ? { previous_message: json(change.previous) } : {}),
      };
    case 'delete':
      return change.tombstone
        ? {
            ...hidden('message_changed'),
            message: json(change.tombstone),
            previous_message: json(message),
          }
        : {
            ...hidden('message_deleted'),
            deleted_ts: message.ts,
            previous_message: json(message),
          };
    default:
      return undefined;
  }
}

/** The twin of a `message`: the same `ts`, no `channel_type`, no `subtype`. */
export function mentionEvent(change: StateChange): Json {
  const { channel_type: _left, subtype: _none, ...event } = messageEvent(change) ?? {};
  return { ...event, type: 'app_mention' };
}

export function envelope(
  workspace: Workspace,
  {
    event,
    eventId,
    nowMs,
    isOrgWide,
  }: {
    readonly event: Json;
    readonly eventId: string;
    readonly nowMs: number;
    /** The app is installed for the whole organisation: the authorization then names no workspace. */
    readonly isOrgWide: boolean;
  },
): Json {
  const channel: Channel | undefined = workspace.channels.get(String(event['channel']));
  const context = { et: event['type'], tid: workspace.id, aid: workspace.appId, cid: channel?.id };
  return {
    token: 'verification-token',
    team_id: workspace.id,
    context_team_id: workspace.id,
    context_enterprise_id: workspace.enterpriseId ?? null,
    ...(workspace.enterpriseId === undefined ? {} : { enterprise_id: workspace.enterpriseId }),
    api_app_id: workspace.appId,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(nowMs / 1000),
    authorizations: [
      {
        enterprise_id: workspace.enterpriseId ?? null,
        // Of an installation for the whole organisation it names no team.
        team_id: isOrgWide ? null : workspace.id,
        user_id: workspace.botUserId,
        is_bot: true,
        is_enterprise_install: isOrgWide,
      },
    ],
    is_ext_shared_channel: channel?.isExtShared ?? false,
    event_context: `4-${Buffer.from(JSON.stringify(context)).toString('base64url')}`,
  };
}

/** People of another organisation carry their own team on the event. */
function homeTeam(workspace: Workspace, message: Message): Json {
  const home = workspace.users.get(message.user)?.teamId ?? workspace.id;
  return home === workspace.id ? {} : { user_team: home, source_team: home };
}
