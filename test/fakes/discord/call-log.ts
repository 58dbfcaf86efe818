/** What is recorded of a REST call, see ../http/call-log.ts. */
import type { Recorded, CallLog as SharedCallLog } from '../http/call-log.ts';
import type { Json } from './world.ts';

export interface AskedCall {
  /** `createMessage`: the name of the route, see `rest/routes.ts`. `unknown` where there is none. */
  readonly method: string;
  readonly verb: string;
  /** Without `/api/v10`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Of a form: its `payload_json`. A list, as of commands, stands under `list`. */
  readonly body: Json;
  readonly fileNames: readonly string[];
  readonly hasToken: boolean;
}

export interface ToldOfCall {
  /** Discord's error code. */
  code: number;
  /** Of a 429. */
  scope: 'user' | 'shared' | 'global';
}

export type RecordedCall = Recorded<AskedCall, ToldOfCall>;
export type CallLog = SharedCallLog<AskedCall, ToldOfCall>;
