/** Dialogs and the audiences of knowledge bases, read from the configuration. */
import type { KnowledgeBase } from '../domain/chunk.ts';
import type { Dialog } from '../domain/dialog.ts';
import type { DialogId } from '../domain/ids.ts';

export interface DialogStore {
  /** Undefined when there is none of this id. */
  getDialog(id: DialogId): Promise<Dialog | undefined>;
  /** In the order of the configuration; never empty. */
  listDialogs(): Promise<readonly Dialog[]>;
  /** The dialog's knowledge bases, in its order. */
  listKnowledgeBases(dialog: Dialog): Promise<readonly KnowledgeBase[]>;
}
