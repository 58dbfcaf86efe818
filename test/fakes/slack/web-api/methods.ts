/** The table of the methods that the fake knows; every other name is an `unknown_method`. */
import { setStatus } from './assistant-methods.ts';
import { deleteMessage, getPermalink, postEphemeral, postMessage, update } from './chat-methods.ts';
import { history, info, members, open, replies } from './conversations-methods.ts';
import { completeUpload, deleteFile, fileInfo, getUploadUrl } from './files-methods.ts';
import { addReaction, authRevoke, authTest, usersInfo, usersList } from './people-methods.ts';
import { appendStream, startStream, stopStream } from './streams-methods.ts';
import { openView, publishView, updateView } from './views-methods.ts';
import type { WebApiMethod } from './web-api-method.ts';

export const webApiMethods: Readonly<Record<string, WebApiMethod>> = {
  'assistant.threads.setStatus': setStatus,
  'auth.revoke': authRevoke,
  'auth.test': authTest,
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': deleteMessage,
  'chat.getPermalink': getPermalink,
  'chat.startStream': startStream,
  'chat.appendStream': appendStream,
  'chat.stopStream': stopStream,
  'conversations.history': history,
  'conversations.replies': replies,
  'conversations.info': info,
  'conversations.members': members,
  'conversations.open': open,
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
  'files.info': fileInfo,
  'files.delete': deleteFile,
  'users.info': usersInfo,
  'users.list': usersList,
  'reactions.add': addReaction,
  'views.open': openView,
  'views.publish': publishView,
  'views.update': updateView,
};
