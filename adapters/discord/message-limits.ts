/** Learns from Discord's answers how many posts and edits a channel takes. */

export interface MessageLimit {
  /** Calls in one channel, within any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface MessageLimits {
  /** What an answer said of its bucket. */
  note(request: { readonly method: string; readonly url: string }, headers: Headers): void;
  edits(): MessageLimit;
  posts(): MessageLimit;
  /** Whether posts and edits of a channel count together, as they do until Discord said otherwise. */
  areShared(): boolean;
}

/** As seen before Discord said anything: its documents give no number. */
export const guessedLimit: MessageLimit = { limit: 5, windowMs: 5_000 };

interface Learned extends MessageLimit {
  readonly bucket?: string;
}

const messageUrl = /\/channels\/\d+\/messages(\/\d+)?$/;
/** An answer may be some milliseconds older than the window. */
const windowStepMs = 100;

/**
 * Each channel has buckets of its own, all with the same limits. How long a window is, is told by the first call of a window alone.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits#header-format
 */
export const createMessageLimits = (): MessageLimits => {
  const known: Record<'POST' | 'PATCH', Learned> = { POST: guessedLimit, PATCH: guessedLimit };

  return {
    note({ method, url }, headers) {
      const found = messageUrl.exec(url);
      const kind = found?.[1] === undefined ? 'POST' : 'PATCH';
      const bucket = headers.get('x-ratelimit-bucket');
      const limit = Number(headers.get('x-ratelimit-limit'));
      if (found === null || method !== kind || bucket === null) return;
      if (!Number.isInteger(limit) || limit < 1) return;
      const resetMs = Number(headers.get('x-ratelimit-reset-after')) * 1_000;
      const isFirst = Number(headers.get('x-ratelimit-remaining')) === limit - 1 && resetMs > 0;
      const windowMs = isFirst
        ? Math.ceil(resetMs / windowStepMs) * windowStepMs
        : known[kind].windowMs;
      known[kind] = { limit, windowMs, bucket };
    },
    edits: () => withoutBucket(known.PATCH),
    posts: () => withoutBucket(known.POST),
    areShared() {
      const { POST: posts, PATCH: edits } = known;
      const areTold = posts.bucket !== undefined && edits.bucket !== undefined;
      return !areTold || posts.bucket === edits.bucket;
    },
  };
};

const withoutBucket = ({ limit, windowMs }: Learned): MessageLimit => ({ limit, windowMs });
