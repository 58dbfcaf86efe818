/** A conversation is one chat thread, bound to a dialog. */
import type { Audience } from './audience.ts';
import type { ConversationId, DialogId } from './ids.ts';
import type { Platform } from './platform.ts';

export interface Conversation {
  readonly id: ConversationId;
  /** Exactly one conversation per platform thread: `slack-<team>-<channel>-<root ts>`, `http-<id>`, … Unique. */
  readonly key: string;
  readonly dialogId: DialogId;
  /** At most 255 characters. */
  readonly name: string;
  readonly platform: Platform;
  /** The channel or the like; empty where the platform has none. */
  readonly place: string;
  readonly audience: Audience;
  /** Who owns it: for the HTTP API a digest of the key that made it. */
  readonly userId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
