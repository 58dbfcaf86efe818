/**
 * files.getUploadURLExternal, files.completeUploadExternal, files.info, files.delete.
 *
 * An upload's ticket is good for one completion. The message that shares the file comes on Slack's own time and the answer does not name it
 * (https://github.com/slackapi/bolt-js/issues/2115); `holdShares` makes it late. A deleted file leaves its message with a tombstone in it.
 * @see https://docs.slack.dev/reference/methods/files.getUploadURLExternal
 * @see https://docs.slack.dev/reference/methods/files.completeUploadExternal
 * @see https://docs.slack.dev/reference/methods/files.info
 * @see https://docs.slack.dev/reference/methods/files.delete
 */
import { z } from 'zod';
import { fileJson } from '../message-json.ts';
import type { Channel, StoredFile } from '../workspace.ts';
import {
  jsonArgument,
  type MethodContext,
  requiredText,
  SlackRefusal,
  textArgument,
  type WebApiMethod,
} from './web-api-method.ts';

const filesSchema = z
  .array(z.object({ id: z.string(), title: z.string().optional() }))
  .min(1)
  .max(10);

export const getUploadUrl: WebApiMethod = {
  acceptsJson: true,
  required: ['filename', 'length'],
  call({ workspace, state, origin, args }) {
    const sizeBytes = Number(textArgument(args, 'length'));
    if (!(sizeBytes > 0)) throw new SlackRefusal('missing_argument');
    const name = requiredText(args, 'filename');
    const user = workspace.botUserId;
    const file = state.addFile({ teamId: workspace.id, name, user, sizeBytes });
    return { upload_url: `${origin}/upload/v1/${file.secret}`, file_id: file.id };
  },
};

export const completeUpload: WebApiMethod = {
  acceptsJson: true,
  required: ['files'],
  call(context) {
    const { workspace, state, args } = context;
    const given = filesSchema.safeParse(jsonArgument(args, 'files', 'invalid_arguments'));
    if (!given.success) throw new SlackRefusal('invalid_arguments');
    const channel = sharedIn(context);
    const stored = given.data.map(({ id, title }) => {
      const file = workspace.files.get(id);
      if (file?.state !== 'uploaded') throw new SlackRefusal('file_not_found');
      return { ...file, state: 'stored', title: title ?? file.name } as const;
    });
    for (const file of stored) workspace.files.set(file.id, file);
    const threadTs = textArgument(args, 'thread_ts');
    if (channel)
      state.share({ workspace, channel }, { files: stored.map(({ id }) => id), threadTs });
    return { files: stored.map((file) => ({ ...fileJson(workspace, file), shares: {} })) };
  },
};

export const fileInfo: WebApiMethod = {
  acceptsJson: false,
  required: ['file'],
  call({ workspace, origin, args }) {
    const file = standing(workspace.files.get(requiredText(args, 'file')));
    const address = `${origin}/files-pri/${workspace.id}-${file.id}`;
    return {
      file: {
        ...fileJson(workspace, file),
        url_private: `${address}/${encodeURIComponent(file.name)}`,
        url_private_download: `${address}/download/${encodeURIComponent(file.name)}`,
      },
      comments: [],
      response_metadata: { next_cursor: '' },
    };
  },
};

export const deleteFile: WebApiMethod = {
  acceptsJson: true,
  required: ['file'],
  call({ workspace, state, args }) {
    const file = standing(workspace.files.get(requiredText(args, 'file')));
    if (file.user !== workspace.botUserId) throw new SlackRefusal('cant_delete_file');
    state.deleteFile(workspace, file);
    return {};
  },
};

function standing(file: StoredFile | undefined): StoredFile {
  if (file?.state === 'deleted') throw new SlackRefusal('file_deleted');
  if (file?.state !== 'stored') throw new SlackRefusal('file_not_found');
  return file;
}

function sharedIn({ workspace, args }: MethodContext): Channel | undefined {
  const id = textArgument(args, 'channel_id');
  if (id === undefined) return undefined;
  const channel = workspace.channels.get(id);
  if (!channel || (channel.kind === 'group' && !channel.botIsMember))
    throw new SlackRefusal('channel_not_found');
  if (channel.isArchived) throw new SlackRefusal('posting_to_channel_denied');
  if (!channel.botIsMember) throw new SlackRefusal('not_in_channel');
  return channel;
}
