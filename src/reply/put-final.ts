/** Puts one part so that it arrives: waits for its edit, insists, falls back to plain text, then to a fresh message. */
import { toBotError } from '../domain/errors.ts';
import type { Reply, ReplyAction } from '../ports/speaker.ts';
import type { EditAllowance } from './edit-allowance.ts';
import { type InsistOptions, insist } from './insist.ts';

export interface FinalPart {
  readonly index: number;
  readonly markdown: string;
  /** Empty: none. */
  readonly actions: readonly ReplyAction[];
  readonly ping?: boolean;
}

export interface PutFinalOptions extends InsistOptions {
  readonly edits: Pick<EditAllowance, 'waitForFinal' | 'refused'>;
  /** Whether a message stands that this one is an edit of. */
  readonly stands: boolean;
}

/** Resolves with the message's platform id. Throws what cannot be helped: `reply_deleted`, `platform_forbidden`, `lease_lost`, … */
export const putFinal = async (
  reply: Reply,
  part: FinalPart,
  options: PutFinalOptions,
): Promise<string> => {
  const { edits, signal } = options;
  let plain = false;
  let bare = part.actions.length === 0;
  let fresh = false;
  const isEdit = () => options.stands && !fresh;
  const put = async (): Promise<string> => {
    try {
      return await reply.putPart(part.index, part.markdown, {
        final: true,
        signal,
        ...(!bare && { actions: part.actions }),
        ...(part.ping === true && { ping: true }),
        ...(plain && { plain }),
        ...(fresh && { fresh }),
      });
    } catch (error) {
      const { code, retryAfterMs } = toBotError(error);
      if (isEdit() && code === 'platform_rate_limited' && retryAfterMs !== undefined)
        await edits.refused(retryAfterMs);
      throw error;
    }
  };
  const insisting: InsistOptions = {
    ...options,
    admit: async (admitting) => {
      if (isEdit()) await edits.waitForFinal(admitting);
    },
  };
  for (;;) {
    try {
      return await insist(put, insisting);
    } catch (error) {
      signal.throwIfAborted();
      const { code } = toBotError(error);
      if (code === 'platform_rejected' && !plain) plain = true;
      else if (code === 'platform_rejected' && !bare) bare = true;
      else if (code === 'reply_uneditable' && !fresh) fresh = true;
      else throw error;
    }
  }
};
