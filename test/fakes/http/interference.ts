/** What a test does to the calls: lets the next ones fail, and stops the world at a chosen one. */

/** What is known of a call while it stands. */
export interface InterferedCall {
  readonly method: string;
  readonly isClientGone: boolean;
}

type CallFilter<Call> = (call: Call) => boolean;

/** A failure, and which calls it meets. */
export type FailureOptions<Call, Failure> = Partial<Failure> & {
  /** Default 1. */
  readonly times?: number;
  readonly matches?: CallFilter<Call>;
};

export interface StopOptions<Call> {
  readonly method?: string;
  readonly matches?: CallFilter<Call>;
  /** The how-manieth fitting call from now on; default 1. */
  readonly nth?: number;
  /** Default `before-apply`. `after-apply` counts only calls that succeeded; their answer is held. */
  readonly when?: 'before-apply' | 'after-apply';
  /** Whether all other calls wait too; default `continue`. */
  readonly others?: 'continue' | 'hold';
  /** What release does with a held call whose client is no longer there; default `apply`. */
  readonly ifClientGone?: 'apply' | 'drop';
}

export interface Stop<Call> {
  /** Resolves when the call is held. */
  readonly reached: Promise<Call>;
  /** Lets it go on, or closes its connection; before it was reached: gives the stop up. */
  release(how?: 'apply' | 'drop'): void;
}

export interface Interference<Call, Failure> {
  /** `*` fits every method. Several plans for one method are used up in their order. */
  failNext(method: string, options: FailureOptions<Call, Failure>): void;
  /** Asked for every call that no plan of `failNext` fits; the last one told decides. */
  failBy(decide: (call: Call) => Failure | undefined): void;
  /** Each stop holds one call. */
  stopAt(at: StopOptions<Call> | CallFilter<Call>): Stop<Call>;
  takeFailure(call: Call): Failure | undefined;
  /** Waits while the call is held. */
  pass(call: Call, moment: 'before-apply' | 'after-apply'): Promise<'go' | 'drop'>;
  /** Drops what is held and forgets every plan. */
  clear(): void;
}

interface PlannedFailure<Call, Failure> {
  readonly method: string;
  readonly matches: CallFilter<Call>;
  readonly failure: Failure;
  left: number;
}

interface PlannedStop<Call> {
  readonly options: StopOptions<Call>;
  readonly reach: (call: Call) => void;
  readonly released: Promise<'apply' | 'drop'>;
  readonly release: (how: 'apply' | 'drop') => void;
  state: 'waiting' | 'holding' | 'over';
  toGo: number;
}

export function createInterference<Call extends InterferedCall, Failure extends object>({
  complete,
}: {
  /** Fills in what a plan left out. */
  readonly complete: (given: Partial<Failure>) => Failure;
}): Interference<Call, Failure> {
  const failures: PlannedFailure<Call, Failure>[] = [];
  const stops: PlannedStop<Call>[] = [];
  let decide: (call: Call) => Failure | undefined = () => undefined;

  function stopFor(call: Call, at: 'before-apply' | 'after-apply'): PlannedStop<Call> | undefined {
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
      const failure = complete(given as Partial<Failure>);
      failures.push({ method, matches, failure, left: times });
    },
    failBy(next) {
      decide = next;
    },
    stopAt(at) {
      const options: StopOptions<Call> = typeof at === 'function' ? { matches: at } : at;
      const { promise: reached, resolve: reach } = withResolver<Call>();
      const { promise: released, resolve: letGo } = withResolver<'apply' | 'drop'>();
      const release = (how: 'apply' | 'drop') => {
        stop.state = 'over';
        letGo(how);
      };
      const toGo = options.nth ?? 1;
      const stop: PlannedStop<Call> = { options, reach, released, release, state: 'waiting', toGo };
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
