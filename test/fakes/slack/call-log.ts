/** Every Web API call that arrived, in order, with what became of it. */

export interface RecordedCall {
  /** The how-manieth call of its method, from 1. */
  readonly nth: number;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly teamId: string | undefined;
  /** On the monotonic clock, like everything in the timeline. */
  readonly atMs: number;
  endedAtMs?: number;
  /** `open` until it was answered; a number is the HTTP status. */
  status: number | 'open' | 'dropped' | 'hanging';
  /** The caller closed the connection before it was answered. */
  isClientGone: boolean;
  /** Whether Slack did what was asked, told or not. */
  isApplied: boolean;
  /** Slack's error code. */
  error?: string;
}

export interface CallLog {
  begin(call: Pick<RecordedCall, 'method' | 'args' | 'teamId'>): RecordedCall;
  applied(call: RecordedCall, body: Readonly<Record<string, unknown>>): void;
  refused(call: RecordedCall, body: Readonly<Record<string, unknown>>): void;
  end(call: RecordedCall, status: number | 'dropped' | 'hanging'): void;
  clientGone(call: RecordedCall): void;
  /** Oldest first; of one method when it is named. */
  calls(method?: string): readonly RecordedCall[];
}

export function createCallLog({
  monotonicMs,
  onChange,
}: {
  readonly monotonicMs: () => number;
  readonly onChange: () => void;
}): CallLog {
  const all: RecordedCall[] = [];
  const ofMethod = (method: string) => all.filter((each) => each.method === method);

  function refused(call: RecordedCall, body: Readonly<Record<string, unknown>>): void {
    if (typeof body['error'] === 'string') call.error = body['error'];
    onChange();
  }

  return {
    begin(call) {
      const nth = ofMethod(call.method).length + 1;
      const begun: RecordedCall = {
        ...{ ...call, nth, atMs: monotonicMs() },
        ...{ status: 'open', isApplied: false, isClientGone: false },
      };
      all.push(begun);
      onChange();
      return begun;
    },
    applied(call, body) {
      call.isApplied = body['ok'] === true;
      refused(call, body);
    },
    refused,
    clientGone(call) {
      call.isClientGone = true;
      onChange();
    },
    end(call, status) {
      call.status = status;
      call.endedAtMs = monotonicMs();
      onChange();
    },
    calls: (method) => (method === undefined ? [...all] : ofMethod(method)),
  };
}
