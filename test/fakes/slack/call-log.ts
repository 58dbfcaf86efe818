/** Every Web API call that arrived, in order, with what became of it. */
import {
  createCallLog as createSharedCallLog,
  type Recorded,
  type CallLog as SharedCallLog,
} from '../http/call-log.ts';

interface AskedCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly teamId: string | undefined;
}

interface Told {
  /** Slack's error code. */
  error: string;
}

export type RecordedCall = Recorded<AskedCall, Told>;

export interface CallLog extends Pick<SharedCallLog<AskedCall, Told>, 'begin' | 'end' | 'calls'> {
  applied(call: RecordedCall, body: Readonly<Record<string, unknown>>): void;
  refused(call: RecordedCall, body: Readonly<Record<string, unknown>>): void;
  clientGone(call: RecordedCall): void;
}

export const createCallLog = (deps: {
  readonly monotonicMs: () => number;
  readonly onChange: () => void;
}): CallLog => {
  const { begin, note, end, calls } = createSharedCallLog<AskedCall, Told>(deps);
  return {
    ...{ begin, end, calls },
    applied: (call, body) => note(call, { isApplied: body['ok'] === true, ...errorOf(body) }),
    refused: (call, body) => note(call, errorOf(body)),
    clientGone: (call) => note(call, { isClientGone: true }),
  };
};

const errorOf = ({ error }: Readonly<Record<string, unknown>>): Partial<Told> =>
  typeof error === 'string' ? { error } : {};
