/** What a test does to the calls: lets the next ones fail, and stops the world at a chosen one. */
import type { RecordedCall } from './call-log.ts';

type CallFilter = (call: RecordedCall) => boolean;

export interface Failure {
  /**
   * An HTTP status, or: `hang` never answers, `drop-connection` closes before anything happened, `apply-then-drop`
   * and `apply-then-hang` do what was asked and lose the answer.
   */
  readonly status: number | 'hang' | 'drop-connection' | 'apply-then-drop' | 'apply-then-hang';
  /** With 429; default 1. */
  readonly retryAfterS?: number;
  /** Slack's code in the body; with status 200 an ordinary refusal. Default `internal_error`. */
  readonly error?: string;
}

export interface FailureOptions extends Partial<Failure> {
  /** Default 1. */
  readonly times?: number;
  readonly matches?: CallFilter;
}

export interface StopOptions {
  readonly method?: string;
  readonly matches?: CallFilter;
  /** The how-manieth fitting call from now on; default 1. */
  readonly nth?: number;
  /** Default `before-apply`. `after-apply` counts only calls that succeeded; their answer is held. */
  readonly when?: 'before-apply' | 'after-apply';
  /** Whether all other calls wait too; default `continue`. */
  readonly others?: 'continue' | 'hold';
  /** What release does with a held call whose client is no longer there; default `apply`. */
  readonly ifClientGone?: 'apply' | 'drop';
}

export interface Stop {
  /** Resolves when the call is held. */
  readonly reached: Promise<RecordedCall>;
  /** Lets it go on, or closes its connection; before it was reached: gives the stop up. */
  release(how?: 'apply' | 'drop'): void;
}

export interface Interference {
  /** `*` fits every method. Several plans for one method are used up in their order. */
  failNext(method: string, options: FailureOptions): void;
  /** Asked for every call that no plan of `failNext` fits; the last one told decides. */
  failBy(decide: (call: RecordedCall) => Failure | undefined): void;
  /** Each stop holds one call. */
  stopAt(at: StopOptions | CallFilter): Stop;
  takeFailure(call: RecordedCall): Failure | undefined;
  /** Waits while the call is held. */
  pass(call: RecordedCall, moment: 'before-apply' | 'after-apply'): Promise<'go' | 'drop'>;
  /** Drops what is held and forgets every plan. */
  clear(): void;
}

interface PlannedFailure {
  readonly method: string;
  readonly matches: CallFilter;
  readonly failure: Failure;
  left: number;
}

interface PlannedStop {
  readonly options: StopOptions;
  readonly reach: (call: RecordedCall) => void;
  readonly released: Promise<'apply' | 'drop'>;
  readonly release: (how: 'apply' | 'drop') => void;
  state: 'waiting' | 'holding' | 'over';
  toGo: number;
}

export function createInterference(): Interference {
  const failures: PlannedFailure[] = [];
  const stops: PlannedStop[] = [];
  let decide: (call: RecordedCall) => Failure | undefined = () => undefined;

  function stopFor(
    call: RecordedCall,
    at: 'before-apply' | 'after-apply',
  ): PlannedStop | undefined {
    const fitting = stops.filter(
      ({ state, options }) =>
        state === 'waiting' &&
        (options.when ?? 'before-apply') === at &&
        (options.method ?? call.method) === call.method &&
        (options.matches?.(call) ?? true),
    );
    for (const each of fitting) each.toGo -= 1;
    return fitting.find((each) => each.toGo <= 0);
  }

  return {
    failNext(method, { times = 1, matches = () => true, ...given }) {
      const status = given.status ?? 200;
      failures.push({ method, matches, failure: { ...given, status }, left: times });
    },
    failBy(next) {
      decide = next;
    },
    stopAt(at) {
      const options = typeof at === 'function' ? { matches: at } : at;
      const { promise: reached, resolve: reach } = withResolver<RecordedCall>();
      const { promise: released, resolve: letGo } = withResolver<'apply' | 'drop'>();
      const release = (how: 'apply' | 'drop') => {
        stop.state = 'over';
        letGo(how);
      };
      const toGo = options.nth ?? 1;
      const stop: PlannedStop = { options, reach, released, release, state: 'waiting', toGo };
      stops.push(stop);
      return { reached, release: (how = 'apply') => release(how) };
    },
    takeFailure(call) {
      const planned = failures.find(
        (each) =>
          each.left > 0 &&
          (each.method === '*' || each.method === call.method) &&
          each.matches(call),
      );
      if (planned) planned.left -= 1;
      return planned?.failure ?? decide(call);
    },
    async pass(call, moment) {
      if (moment === 'before-apply')
        for (const each of stops)
          if (each.state === 'holding' && each.options.others === 'hold') await each.released;
      const stop = stopFor(call, moment);
      if (!stop) return 'go';
      stop.state = 'holding';
      stop.reach(call);
      const how = await stop.released;
      return how === 'drop' || (call.isClientGone && stop.options.ifClientGone === 'drop')
        ? 'drop'
        : 'go';
    },
    clear() {
      failures.length = 0;
      decide = () => undefined;
      for (const each of stops) each.release('drop');
    },
  };
}

function withResolver<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
