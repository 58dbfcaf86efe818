/** Who may call the API: holders of a key, or without keys this machine alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { Refusal, ragflowCodes } from './envelope.ts';

/** What the server knows of a connection; a request without it counts as remote. */
export interface ClientConnection {
  readonly remoteAddress?: string | undefined;
  /** Aborts when the client has left or the server closes: streams end, and their readers come back. */
  readonly signal?: AbortSignal;
}

export interface HttpEnv {
  Bindings: ClientConnection;
  /** `owner`: whose conversations the caller sees. */
  Variables: { owner: string };
}

/** The owner of everything that is made on this machine without a key. */
const localOwner = 'local';

/**
 * Sets `owner`: a digest of the key, so that the key itself is stored nowhere. Refuses with 401; without keys with 403, also for a request that came
 * through a proxy or from a page of another site.
 */
export const createAuthenticate = (apiKeys: readonly string[]): MiddlewareHandler<HttpEnv> => {
  const keys = apiKeys.map((key) => ({ digest: digestOf(key), owner: ownerOf(key) }));
  return async (c, next) => {
    if (keys.length === 0) {
      assertLocal({ headers: c.req.raw.headers, remoteAddress: c.env?.remoteAddress });
      c.set('owner', localOwner);
      return next();
    }
    const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
    const digest = digestOf(token);
    // Every key is looked at, so that time tells nothing.
    const found = keys.filter((key) => timingSafeEqual(key.digest, digest))[0];
    if (found === undefined) {
      c.header('WWW-Authenticate', 'Bearer');
      const { unauthorized } = ragflowCodes;
      throw new Refusal(unauthorized, 'Send a valid API key as `Authorization: Bearer <key>`.', {
        status: 401,
      });
    }
    c.set('owner', found.owner);
    return next();
  };
};

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** 64 bits of the key's SHA-256, in hex. */
export const ownerOf = (key: string): string => digestOf(key).toString('hex').slice(0, 16);

const forwarding =
  /^(forwarded|via|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|(x-forwarded|x-original|x-envoy|cf|fly|fastly)-.+)$/;
const loopbackAddress = /^(::1|(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i;
const loopbackHost = /^(localhost|\[::1\]|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

/** A name that only resolves to this machine for the caller is not enough (DNS rebinding), nor is a proxy on this machine. */
const assertLocal = (request: {
  readonly headers: Headers;
  readonly remoteAddress: string | undefined;
}): void => {
  const { headers, remoteAddress = '' } = request;
  const origin = headers.get('origin');
  const local =
    loopbackAddress.test(remoteAddress) &&
    ![...headers.keys()].some((name) => forwarding.test(name.toLowerCase())) &&
    isLoopbackUrl(`http://${headers.get('host') ?? ''}`) &&
    (origin === null || isLoopbackUrl(origin));
  if (local) return;
  throw new Refusal(
    ragflowCodes.forbidden,
    'Without API keys (FOOTNOTE_API_KEYS) only programs on the same machine are answered, directly and not through a proxy.',
    { status: 403 },
  );
};

const isLoopbackUrl = (text: string): boolean =>
  URL.canParse(text) && loopbackHost.test(new URL(text).hostname);
