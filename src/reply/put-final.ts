/** Puts one part so that it arrives: insists, falls back to plain text, then to a fresh message. */
import { toBotError } from '../domain/errors.ts';
import type { Reply } from '../ports/speaker.ts';
import { type InsistOptions, insist } from './insist.ts';

/** Resolves with the message's platform id. Throws what cannot be helped: `reply_deleted`, `platform_forbidden`, `lease_lost`, … */
export const putFinal = async (
  reply: Reply,
  part: { readonly index: number; readonly markdown: string },
  options: InsistOptions,
): Promise<string> => {
  let plain = false;
  let fresh = false;
  const put = () =>
    reply.putPart(part.index, part.markdown, {
      final: true,
      signal: options.signal,
      ...(plain && { plain }),
      ...(fresh && { fresh }),
    });
  for (;;) {
    try {
      return await insist(put, options);
    } catch (error) {
      options.signal.throwIfAborted();
      const { code } = toBotError(error);
      if (code === 'platform_rejected' && !plain) plain = true;
      else if (code === 'reply_uneditable' && !fresh) fresh = true;
      else throw error;
    }
  }
};
