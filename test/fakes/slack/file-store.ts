/**
 * The files of the workspaces: put there by people, or uploaded by the bot and shared on Slack's own time.
 * @see https://docs.slack.dev/messaging/working-with-files
 * @see https://docs.slack.dev/reference/objects/file-object
 */
import { randomBytes } from 'node:crypto';
import { fileJson } from './message-json.ts';
import type { Channel, Message, StoredFile, Workspace } from './workspace.ts';

export interface FileOptions {
  readonly teamId?: string;
  readonly name: string;
  readonly user: string;
  readonly mimetype?: string;
  /** Given: the file is there, as a person uploaded it. */
  readonly content?: string | Uint8Array;
  /** Of one that is still to come. */
  readonly sizeBytes?: number;
}

interface Where {
  readonly workspace: Workspace;
  readonly channel: Channel;
}

export function createFileStore({
  workspaces,
  workspace,
  post,
  replace,
}: {
  readonly workspaces: ReadonlyMap<string, Workspace>;
  readonly workspace: (teamId?: string) => Workspace;
  readonly post: (
    where: Where,
    content: Omit<Message, 'ts' | 'reactions' | 'isTombstone'>,
  ) => Message;
  readonly replace: (
    where: Where,
    change: { readonly previous: Message; readonly message: Message; readonly byBot: boolean },
  ) => void;
}) {
  let lastFile = 0;
  /** Shares that wait until `releaseShares`; undefined when they happen at once. */
  let heldShares: (() => void)[] | undefined;

  function addFile(options: FileOptions): StoredFile {
    lastFile += 1;
    const { content, name, user } = options;
    const bytes = typeof content === 'string' ? Buffer.from(content) : (content ?? Buffer.alloc(0));
    const file: StoredFile = {
      ...{ id: `F${String(lastFile).padStart(6, '0')}`, name, title: name, user, bytes },
      mimetype: options.mimetype ?? 'text/plain',
      sizeBytes: options.sizeBytes ?? bytes.byteLength,
      state: content === undefined ? 'ticket' : 'stored',
      secret: randomBytes(12).toString('hex'),
    };
    workspace(options.teamId).files.set(file.id, file);
    return file;
  }

  /** Of files of the bot; in a thread whose root is gone they stand in the channel. */
  function share(
    where: { readonly workspace: Workspace; readonly channel: Channel },
    shared: { readonly files: readonly string[]; readonly threadTs: string | undefined },
  ): void {
    const { workspace: home, channel } = where;
    const act = () => {
      const files = shared.files.flatMap((id) => home.files.get(id) ?? []);
      const { threadTs } = shared;
      post(where, {
        ...{ user: home.botUserId, botId: home.botId, text: '' },
        files: files.map((file) => fileJson(home, file)),
        ...(threadTs !== undefined && channel.messages.has(threadTs) ? { threadTs } : {}),
      });
    };
    if (heldShares) heldShares.push(act);
    else act();
  }

  /** The messages that shared it stay, with a tombstone in them. */
  function deleteFile(home: Workspace, file: StoredFile): void {
    home.files.set(file.id, { ...file, state: 'deleted', bytes: Buffer.alloc(0) });
    for (const channel of home.channels.values())
      for (const previous of channel.messages.values()) {
        if (!previous.files?.some(({ id }) => id === file.id)) continue;
        const files = previous.files.map((each) =>
          each['id'] === file.id ? { id: file.id, mode: 'tombstone' } : each,
        );
        replace(
          { workspace: home, channel },
          { previous, message: { ...previous, files }, byBot: true },
        );
      }
  }

  return {
    addFile,
    share,
    deleteFile,
    /** The messages that share the bot's uploads come only when `releaseShares` is called, as Slack takes its time. */
    holdShares(): void {
      heldShares ??= [];
    },
    releaseShares(): void {
      const held = heldShares ?? [];
      heldShares = undefined;
      for (const act of held) act();
    },
    fileOfSecret: (secret: string) => {
      for (const each of workspaces.values())
        for (const file of each.files.values())
          if (file.secret === secret) return { workspace: each, file };
      return undefined;
    },
  };
}
