/** What a bad day of Slack does to each call: decided by a hash of a seed, so that a run can be repeated. */
import type { RecordedCall } from '../../fakes/slack/call-log.ts';
import type { Failure } from '../../fakes/slack/interference.ts';

/** What becomes of a call: a failure, or something that somebody does at that moment, and Slack then answers by itself. */
export type Fate =
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** A person takes the message away that the call is about. */
  | { readonly kind: 'deleted' }
  /** Somebody archives the channel. */
  | { readonly kind: 'archived' };

interface Chance {
  /** Of a thousand calls. */
  readonly perMille: number;
  readonly fate: Fate;
  /** Default: every method. */
  readonly methods?: readonly string[];
}

const failing = (failure: Failure): Fate => ({ kind: 'failure', failure });
const refusing = (error: string): Fate => failing({ status: 200, error });
const writes = ['chat.postMessage', 'chat.update'];

const chances: readonly Chance[] = [
  { perMille: 25, fate: failing({ status: 429, retryAfterS: 1 }) },
  { perMille: 10, fate: failing({ status: 429, retryAfterS: 2 }) },
  { perMille: 25, fate: failing({ status: 500 }) },
  { perMille: 8, fate: failing({ status: 'drop-connection' }) },
  { perMille: 6, fate: failing({ status: 'hang' }) },
  { perMille: 8, fate: failing({ status: 'apply-then-drop' }), methods: writes },
  { perMille: 6, fate: failing({ status: 'apply-then-hang' }), methods: writes },
  { perMille: 8, fate: refusing('msg_too_long'), methods: writes },
  { perMille: 12, fate: refusing('invalid_blocks'), methods: writes },
  { perMille: 4, fate: refusing('channel_not_found'), methods: writes },
  { perMille: 4, fate: refusing('token_revoked') },
  { perMille: 5, fate: { kind: 'archived' }, methods: writes },
  { perMille: 6, fate: { kind: 'deleted' }, methods: ['chat.update'] },
];

/** By seed, method, what the call is about, and the how-manieth call of that method about it: the same in every run. */
export const fateOf = (
  call: Pick<RecordedCall, 'method'>,
  { seed, subject, nth }: { readonly seed: number; readonly subject: string; readonly nth: number },
): Fate | undefined => {
  let left = 1_000 * shareOf(`${seed} ${call.method} ${subject} ${nth}`);
  return chances.find(({ perMille, methods }) => {
    if (methods !== undefined && !methods.includes(call.method)) return false;
    left -= perMille;
    return left < 0;
  })?.fate;
};

/** From 0 up to 1, even over all texts. FNV-1a, its bits mixed once more. */
export const shareOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};

/** What a call is about: the channel, else the person. */
export const subjectOf = ({ args }: Pick<RecordedCall, 'args'>): string =>
  String(args['channel'] ?? args['channel_id'] ?? args['users'] ?? args['user'] ?? '');
