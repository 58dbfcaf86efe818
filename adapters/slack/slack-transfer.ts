/** Moves a file's bytes between us and Slack's file store; the Web API only names the addresses. */
import { BotError, safeCause } from '../../src/domain/errors.ts';

export interface SlackTransfer {
  /**
   * Sends the bytes to an address of `files.getUploadURLExternal`. Whoever knows the address may write there: it is in no error and no log line.
   * Throws `platform_*`.
   */
  upload(url: string, bytes: Uint8Array): Promise<void>;
  /**
   * The bytes of a file behind its `url_private_download`, with the bot's token. Throws `platform_forbidden` when Slack shows its sign-in page instead (the scope
   * is missing), `platform_rejected` for an address that is not Slack's, `document_unreadable` (`details.reason` `too_large`) above `maxBytes`, `platform_*`.
   *
   * @param options.sizeBytes What Slack says of the file: an HTML page of another size is not the file.
   */
  download(
    url: string,
    options: {
      readonly maxBytes: number;
      readonly sizeBytes: number;
      readonly signal: AbortSignal;
    },
  ): Promise<Uint8Array>;
}

/** Only these get the token. Slack serves files from all three. */
const slackHost = /(?:^|\.)(?:slack\.com|slack-files\.com|slack-edge\.com)$/;

/** @see https://docs.slack.dev/messaging/working-with-files */
export const createSlackTransfer = (deps: {
  /** Of the Web API: a Slack that runs elsewhere keeps its files there. */
  readonly apiUrl: string;
  readonly botToken: () => Promise<string>;
  /** For a whole transfer. */
  readonly timeoutMs: number;
}): SlackTransfer => {
  const { apiUrl, timeoutMs } = deps;

  const send = async (method: string, url: string, request: RequestInit): Promise<Response> => {
    if (!isSlackFileUrl(url, apiUrl))
      throw new BotError('platform_rejected', { details: { method } });
    const response = await fetch(url, { ...request, redirect: 'manual' });
    if (response.status === 200) return response;
    await response.body?.cancel();
    throw refusal(method, response);
  };
  const guarded = async <Result>(
    method: string,
    act: (timeout: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await act(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      if (error instanceof BotError) throw error;
      throw new BotError('platform_unavailable', { cause: safeCause(error), details: { method } });
    }
  };

  return {
    upload: (url, bytes) =>
      guarded('files.upload', async (signal) => {
        const body = new Blob([new Uint8Array(bytes)]);
        const response = await send('files.upload', url, { method: 'POST', body, signal });
        await response.body?.cancel();
      }),
    async download(url, { maxBytes, sizeBytes, signal }) {
      signal.throwIfAborted();
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      return guarded('files.download', async (timeout) => {
        const headers = { authorization: `Bearer ${await deps.botToken()}` };
        const response = await send('files.download', url, { headers, signal: timeout });
        const bytes = await readBytes(response, maxBytes);
        const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
        if (isPage && bytes.length !== sizeBytes)
          throw new BotError('platform_forbidden', { details: { method: 'files.download' } });
        return bytes;
      });
    },
  };
};

/** Whether a file's address is one that Slack gives: over TLS on its own hosts, or where the Web API itself runs. */
export const isSlackFileUrl = (url: string, apiUrl: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  return (protocol === 'https:' && slackHost.test(hostname)) || origin === new URL(apiUrl).origin;
};

/** Slack sends no redirect but to its sign-in page. */
const refusal = (method: string, { status, headers }: Response): BotError => {
  const details = { method, status };
  if (status === 429)
    return new BotError('platform_rate_limited', {
      retryAfterMs: 1_000 * (Number(headers.get('retry-after')) || 1),
      details,
    });
  if (status >= 500) return new BotError('platform_unavailable', { details });
  const isDoor = status === 401 || status === 403 || (status >= 300 && status < 400);
  return new BotError(isDoor ? 'platform_forbidden' : 'platform_rejected', { details });
};

const readBytes = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body ?? []) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};

const tooLarge = (maxBytes: number): BotError =>
  new BotError('document_unreadable', { details: { reason: 'too_large', maxBytes } });
