/** What the app asks of Slack: every event it listens to and every Web API method it calls, with the scopes that each needs. */

export interface Permission {
  readonly kind: 'event' | 'method' | 'feature';
  /** As Slack names it. */
  readonly name: string;
  /** Of the bot's token; empty where Slack asks for none. */
  readonly scopes: readonly string[];
  /** What is lost without it, as the end of "needed …". */
  readonly purpose: string;
}

const event = (name: string, scopes: readonly string[], purpose: string): Permission => ({
  kind: 'event',
  name,
  scopes,
  purpose,
});
const method = (name: string, scopes: readonly string[], purpose: string): Permission => ({
  kind: 'method',
  name,
  scopes,
  purpose,
});
const feature = (name: string, scopes: readonly string[], purpose: string): Permission => ({
  kind: 'feature',
  name,
  scopes,
  purpose,
});

const anyHistory = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];
const anyChannel = ['channels:read', 'groups:read', 'mpim:read'];

/**
 * The app's manifest, the scopes that an installation asks for, the doctor's check and the table in `docs/slack.md` follow from this list; a test compares it
 * with the sources.
 *
 * `apps.connections.open` goes by the app-level token, whose one scope `connections:write` is chosen when the token is made.
 *
 * @see https://docs.slack.dev/reference/events, a page each: `/reference/events/app_mention`
 * @see https://docs.slack.dev/reference/methods, a page each: `/reference/methods/chat.postMessage`
 */
export const permissions: readonly Permission[] = [
  event('app_home_opened', [], 'to show the Home tab'),
  event('app_mention', ['app_mentions:read'], 'to be told of mentions'),
  event('app_uninstalled', [], 'to forget a workspace that removed the app'),
  event(
    'message.channels',
    ['channels:history'],
    'to be told of follow-ups, edits and deletions in public channels',
  ),
  event(
    'message.groups',
    ['groups:history'],
    'to be told of follow-ups, edits and deletions in private channels',
  ),
  event('message.im', ['im:history'], 'to be told of direct messages'),
  event('message.mpim', ['mpim:history'], 'to be told of messages in group conversations'),
  event('tokens_revoked', [], 'to forget a workspace whose token was taken back'),

  feature('shortcuts', ['commands'], 'for the message shortcut'),
  feature('slash_commands', ['commands'], 'for the command /ask'),

  method('apps.connections.open', [], 'to receive events by Socket Mode'),
  method('assistant.threads.setStatus', ['chat:write'], 'to show that it works on an answer'),
  method('auth.revoke', [], 'to give back the token of a workspace that may not install the app'),
  method('auth.test', [], 'to know who it is'),
  method('chat.appendStream', ['chat:write'], "to stream by Slack's own means"),
  method('chat.delete', ['chat:write'], 'to delete its own messages'),
  method('chat.getPermalink', [], 'to link to the message that a shortcut was used on'),
  method('chat.postEphemeral', ['chat:write'], 'to show passages to one person'),
  method('chat.postMessage', ['chat:write'], 'to post'),
  method('chat.startStream', ['chat:write'], "to stream by Slack's own means"),
  method('chat.stopStream', ['chat:write'], "to stream by Slack's own means"),
  method('chat.update', ['chat:write'], 'to edit its own messages'),
  method('conversations.history', anyHistory, 'to read a conversation that it is called into'),
  method('conversations.info', anyChannel, 'to see whether another company reads the channel'),
  method('conversations.members', anyChannel, 'to see who reads a channel'),
  method(
    'conversations.open',
    ['im:write'],
    'to tell an asker in private what it cannot post, or to answer a command there',
  ),
  method(
    'conversations.replies',
    anyHistory,
    'to read a thread that it is called into, and find its own messages there',
  ),
  method('files.completeUploadExternal', ['files:write'], 'to attach the rest of a long answer'),
  method('files.delete', ['files:write'], 'to take an attached file back'),
  method('files.getUploadURLExternal', ['files:write'], 'to attach the rest of a long answer'),
  method('files.info', ['files:read'], 'to read files that come with a question'),
  method('oauth.v2.access', [], 'to be installed by OAuth'),
  method('users.info', ['users:read'], 'to see who is a guest'),
  method('users.list', ['users:read'], 'to see who is a guest'),
  method('views.open', [], 'to ask what was wrong with an answer'),
  method('views.publish', [], 'to show the Home tab'),
];

const unique = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted();

/** Every scope that the bot's token needs, in alphabetical order. */
export const botScopes: readonly string[] = unique(permissions.flatMap(({ scopes }) => scopes));

/** Every event that the app subscribes to, in alphabetical order. */
export const botEvents: readonly string[] = unique(
  permissions.flatMap(({ kind, name }) => (kind === 'event' ? [name] : [])),
);

/** What does not work without the scope; empty for one that is not ours. */
export const purposesOf = (scope: string): readonly string[] =>
  unique(permissions.flatMap(({ scopes, purpose }) => (scopes.includes(scope) ? [purpose] : [])));
