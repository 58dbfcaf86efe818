/** Fetches a file that came with a question, from where Discord keeps it. */
import { BotError, safeCause } from '../../src/domain/errors.ts';

/** Anybody may read them who has the address, so no token goes there. */
const hosts: ReadonlySet<string> = new Set(['cdn.discordapp.com', 'media.discordapp.net']);
const method = 'GET attachment';

/**
 * The bytes behind an attachment's address. Throws `platform_rejected` for an address that is not Discord's, or does not hold any more, `document_unreadable`
 * (`details.reason` `too_large`) above `maxBytes`, `platform_*`.
 *
 * @param options.apiUrl A Discord that runs elsewhere keeps its files there.
 * @see https://docs.discord.com/developers/reference#signed-attachment-cdn-urls
 */
export const downloadAttachment = async (
  url: string,
  options: {
    readonly apiUrl: string;
    readonly timeoutMs: number;
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  },
): Promise<Uint8Array> => {
  const { apiUrl, timeoutMs, maxBytes, signal } = options;
  if (!isDiscordFileUrl(url, apiUrl)) throw refusal({ method });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    if (response.status === 200) return await readBytes(response, maxBytes);
    await response.body?.cancel();
    throw refusal({ method, status: response.status });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BotError) throw error;
    throw new BotError('platform_unavailable', { cause: safeCause(error), details: { method } });
  }
};

/** Over TLS on Discord's own hosts, or where the API itself runs. */
export const isDiscordFileUrl = (url: string, apiUrl: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  return (protocol === 'https:' && hosts.has(hostname)) || origin === new URL(apiUrl).origin;
};

const refusal = (details: { readonly method: string; readonly status?: number }): BotError => {
  const { status = 400 } = details;
  const mayPass = status === 429 || status >= 500;
  return new BotError(mayPass ? 'platform_unavailable' : 'platform_rejected', { details });
};

const readBytes = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes)
      throw new BotError('document_unreadable', { details: { reason: 'too_large', maxBytes } });
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
