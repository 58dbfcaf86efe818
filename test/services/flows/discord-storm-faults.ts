/** What a bad day of Discord does to each call: decided by a hash of a seed. */
import type { RecordedCall } from '../../fakes/discord/call-log.ts';
import type { Failure } from '../../fakes/discord/interference.ts';
import { shareOf } from './storm-faults.ts';

/** A failure, or a person who takes the message away that the call is about. */
export type Fate = { readonly failure: Failure } | 'deleted';

interface Chance {
  /** Of a thousand calls. */
  readonly perMille: number;
  readonly fate: Fate;
  /** Default: every method. */
  readonly methods?: readonly string[];
}

const failing = (failure: Failure): Fate => ({ failure });
const refusing = (code: number, status = 403): Fate => failing({ status, code });
const writes = ['createMessage', 'editMessage'];

/** A refused token is left out: it ends the process's calls for good, as it must. */
const chances: readonly Chance[] = [
  { perMille: 20, fate: failing({ status: 429, retryAfterS: 1, scope: 'user' }) },
  { perMille: 10, fate: failing({ status: 429, retryAfterS: 2, scope: 'shared' }) },
  { perMille: 5, fate: failing({ status: 429, retryAfterS: 1, scope: 'global' }) },
  { perMille: 25, fate: failing({ status: 500 }) },
  { perMille: 8, fate: failing({ status: 'drop-connection' }) },
  { perMille: 6, fate: failing({ status: 'hang' }) },
  {
    perMille: 8,
    fate: failing({ status: 'apply-then-drop' }),
    methods: [...writes, 'startThread'],
  },
  { perMille: 6, fate: failing({ status: 'apply-then-hang' }), methods: writes },
  { perMille: 8, fate: refusing(50_035, 400), methods: writes },
  { perMille: 10, fate: refusing(200_000, 400), methods: writes },
  { perMille: 4, fate: refusing(10_003, 404), methods: writes },
  { perMille: 4, fate: refusing(50_001), methods: writes },
  { perMille: 6, fate: refusing(50_013), methods: ['startThread'] },
  { perMille: 5, fate: refusing(30_046, 429), methods: ['editMessage'] },
  { perMille: 6, fate: 'deleted', methods: ['editMessage'] },
];

/** By seed, method, what the call is about, and the how-manieth call of that method about it. */
export const fateOf = (
  { method }: Pick<RecordedCall, 'method'>,
  { seed, subject, nth }: { readonly seed: number; readonly subject: string; readonly nth: number },
): Fate | undefined => {
  let left = 1_000 * shareOf(`${seed} ${method} ${subject} ${nth}`);
  return chances.find(({ perMille, methods }) => {
    if (methods !== undefined && !methods.includes(method)) return false;
    left -= perMille;
    return left < 0;
  })?.fate;
};
