/** Every call that arrived at a fake, in order, with what became of it. */

export interface CallState {
  /** The how-manieth call of its method, from 1. */
  readonly nth: number;
  /** On the monotonic clock, like everything in the timeline. */
  readonly atMs: number;
  endedAtMs?: number;
  /** `open` until it was answered; a number is the HTTP status. */
  status: number | 'open' | 'dropped' | 'hanging';
  /** The caller closed the connection before it was answered. */
  isClientGone: boolean;
  /** Whether the vendor did what was asked, told or not. */
  isApplied: boolean;
}

/** What was asked; what became of it; and what only the vendor tells, once it is known. */
export type Recorded<Asked, Told> = Asked & CallState & Partial<Told>;

export interface CallLog<Asked, Told> {
  begin(call: Asked): Recorded<Asked, Told>;
  /** Something became known of it. */
  note(
    call: Recorded<Asked, Told>,
    known: Partial<Pick<CallState, 'isClientGone' | 'isApplied'> & Told>,
  ): void;
  end(call: Recorded<Asked, Told>, status: number | 'dropped' | 'hanging'): void;
  /** Oldest first; of one method when it is named. */
  calls(method?: string): readonly Recorded<Asked, Told>[];
}

export const createCallLog = <Asked extends { readonly method: string }, Told extends object>({
  monotonicMs,
  onChange,
}: {
  readonly monotonicMs: () => number;
  readonly onChange: () => void;
}): CallLog<Asked, Told> => {
  const all: Recorded<Asked, Told>[] = [];
  const ofMethod = (method: string) => all.filter((each) => each.method === method);

  return {
    begin(call) {
      const begun = {
        ...{ ...call, nth: ofMethod(call.method).length + 1, atMs: monotonicMs() },
        ...{ status: 'open', isApplied: false, isClientGone: false },
        // Of what the vendor tells nothing is known yet.
      } as Recorded<Asked, Told>;
      all.push(begun);
      onChange();
      return begun;
    },
    note(call, known) {
      Object.assign(call, known);
      onChange();
    },
    end(call, status) {
      call.status = status;
      call.endedAtMs = monotonicMs();
      onChange();
    },
    calls: (method) => (method === undefined ? [...all] : ofMethod(method)),
  };
};
