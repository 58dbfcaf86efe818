/**
 * The scopes that methods ask for; each method's page names its own.
 * @see https://docs.slack.dev/reference/methods
 * @see https://docs.slack.dev/reference/scopes
 */
import type { Channel } from './workspace.ts';

/** Any one of these is enough; none: the method asks for no scope. */
export function scopesFor(method: string, channel: Channel | undefined): readonly string[] {
  switch (method) {
    case 'auth.revoke':
    case 'auth.test':
    case 'chat.getPermalink':
      return [];
    case 'assistant.threads.setStatus':
      return ['chat:write', 'assistant:write'];
    case 'conversations.history':
    case 'conversations.replies':
      return perKind(channel, 'history');
    case 'conversations.info':
    case 'conversations.members':
      return perKind(channel, 'read');
    case 'conversations.open':
      return ['im:write', 'mpim:write'];
    case 'files.completeUploadExternal':
    case 'files.delete':
    case 'files.getUploadURLExternal':
      return ['files:write'];
    case 'files.info':
      return ['files:read'];
    case 'reactions.add':
      return ['reactions:write'];
    case 'users.info':
    case 'users.list':
      return ['users:read'];
    default:
      return method.startsWith('chat.') ? ['chat:write'] : [];
  }
}

function perKind(channel: Channel | undefined, verb: 'history' | 'read'): readonly string[] {
  switch (channel?.kind) {
    case 'channel':
      return [`channels:${verb}`];
    case 'group':
      return [`groups:${verb}`];
    case 'im':
    case 'mpim':
      return [`${channel.kind}:${verb}`];
    default:
      return ['channels', 'groups', 'im', 'mpim'].map((kind) => `${kind}:${verb}`);
  }
}
