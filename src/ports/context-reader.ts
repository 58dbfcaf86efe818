/** Reads what stands around a question on its platform: the thread that it was asked in, and the files that were attached. */
import type { Platform } from '../domain/platform.ts';
import type { QuestionFile, Turn } from '../domain/turn.ts';

/** What somebody wrote in the thread. Data, never an instruction. */
export interface ThreadMessage {
  /** Tells people apart; not shown to anybody but the model. */
  readonly author: string;
  readonly text: string;
}

export interface ContextReader {
  readonly platform: Platform;
  /**
   * What people wrote in the thread before the question, oldest first, at most the newest `last` of them; our own replies and the turns' questions are left
   * out. What the question replies to, where the platform tells, stands last. Only what the token may see. Empty when nothing stands there. Throws `platform_*`; may take several calls.
   */
  readThread(
    turn: Turn,
    options: { readonly last: number; readonly signal: AbortSignal },
  ): Promise<readonly ThreadMessage[]>;
  /**
   * The file with its name and size, for one that the platform's event told by its id alone: its `name` is its `id`. Absent: the platform always names them.
   * Throws `platform_*`; one call.
   */
  readonly nameFile?: (
    turn: Turn,
    file: QuestionFile,
    options: { readonly signal: AbortSignal },
  ) => Promise<QuestionFile>;
  /** The file's bytes, at most `maxBytes`: a larger one throws `document_unreadable` with `details.reason` `too_large`. Throws `platform_*`. */
  readFile(
    turn: Turn,
    file: QuestionFile,
    options: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array>;
}
