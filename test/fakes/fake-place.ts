/** What people see of a platform in memory, and how it changes under a bot's calls. */
import { BotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { OpenedThread, ReplyAction, ReplyFile } from '../../src/ports/speaker.ts';

export interface SeenMessage {
  readonly platformId: string;
  readonly turnId: TurnId;
  /** Which part of the reply it was posted as. */
  readonly index: number;
  readonly text: string;
  readonly plain: boolean;
  readonly actions: readonly ReplyAction[];
  readonly ping: boolean;
}

export interface SeenFile extends ReplyFile {
  readonly platformId: string;
  readonly turnId: TurnId;
  readonly index: number;
}

export interface SeenChange {
  readonly kind: 'post' | 'edit' | 'file' | 'delete' | 'notice';
  readonly atMs: number;
  readonly turnId: TurnId;
  /** Empty for a notice. */
  readonly platformId: string;
  /** As it stands after the change; the name of a file, the code of a notice; empty for a deletion. */
  readonly text: string;
}

export type SeenContent = Pick<SeenMessage, 'text' | 'plain' | 'actions' | 'ping'>;
/** Which part of which reply. */
export type PartAddress = Pick<SeenMessage, 'turnId' | 'index'>;

export interface FakePlace {
  readonly messages: readonly SeenMessage[];
  readonly files: readonly SeenFile[];
  readonly threads: ReadonlyMap<TurnId, OpenedThread>;
  readonly timeline: readonly SeenChange[];
  post(part: PartAddress, content: SeenContent): string;
  edit(platformId: string, content: SeenContent): string;
  attach(part: PartAddress, file: ReplyFile): string;
  openThread(turnId: TurnId): OpenedThread;
  notify(turnId: TurnId, code: string): void;
  /** Nothing happens when it is gone already. */
  take(platformId: string): void;
  /** What stands now can't be edited any more. */
  closeEditing(): void;
  /** Every write throws `platform_forbidden` from now on. */
  removeBot(): void;
}

export const createFakePlace = ({ now }: { readonly now: () => number }): FakePlace => {
  const messages: SeenMessage[] = [];
  const files: SeenFile[] = [];
  const threads = new Map<TurnId, OpenedThread>();
  const timeline: SeenChange[] = [];
  const uneditable = new Set<string>();
  let made = 0;
  let forbidden = false;

  const note = (change: Omit<SeenChange, 'atMs'>) => timeline.push({ ...change, atMs: now() });
  const newId = (): string => {
    made += 1;
    return `m${made}`;
  };
  const mayWrite = (): void => {
    if (forbidden) throw new BotError('platform_forbidden');
  };

  return {
    messages,
    files,
    threads,
    timeline,
    post(part, content) {
      mayWrite();
      const platformId = newId();
      messages.push({ ...part, ...content, platformId });
      note({ kind: 'post', turnId: part.turnId, platformId, text: content.text });
      return platformId;
    },
    edit(platformId, content) {
      mayWrite();
      const at = messages.findIndex((message) => message.platformId === platformId);
      const message = messages[at];
      if (message === undefined) throw new BotError('reply_deleted');
      if (uneditable.has(platformId)) throw new BotError('reply_uneditable');
      messages[at] = { ...message, ...content, ping: message.ping };
      note({ kind: 'edit', turnId: message.turnId, platformId, text: content.text });
      return platformId;
    },
    attach(part, file) {
      mayWrite();
      const platformId = newId();
      files.push({ ...file, ...part, platformId });
      note({ kind: 'file', turnId: part.turnId, platformId, text: file.name });
      return platformId;
    },
    openThread(turnId) {
      mayWrite();
      const thread = newId();
      const opened = { replyTo: { thread }, conversationKey: `fake-${thread}` };
      threads.set(turnId, opened);
      return opened;
    },
    notify: (turnId, code) => note({ kind: 'notice', turnId, platformId: '', text: code }),
    take(platformId) {
      for (const standing of [messages, files]) {
        const at = standing.findIndex((each) => each.platformId === platformId);
        const [taken] = at < 0 ? [] : standing.splice(at, 1);
        if (taken !== undefined)
          note({ kind: 'delete', turnId: taken.turnId, platformId, text: '' });
      }
    },
    closeEditing() {
      for (const { platformId } of messages) uneditable.add(platformId);
    },
    removeBot() {
      forbidden = true;
    },
  };
};
