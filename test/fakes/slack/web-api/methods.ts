/** The table of the methods that the fake knows; every other name is an `unknown_method`. */
import { deleteMessage, getPermalink, postEphemeral, postMessage, update } from './chat-methods.ts';
import { info, members, open, replies } from './conversations-methods.ts';
import { addReaction, authRevoke, authTest, usersInfo } from './people-methods.ts';
import { openView, publishView, updateView } from './views-methods.ts';
import type { WebApiMethod } from './web-api-method.ts';

export const webApiMethods: Readonly<Record<string, WebApiMethod>> = {
  'auth.revoke': authRevoke,
  'auth.test': authTest,
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.open': open,
  'users.info': usersInfo,
  'reactions.add': addReaction,
  'views.open': openView,
  'views.publish': publishView,
  'views.update': updateView,
};
