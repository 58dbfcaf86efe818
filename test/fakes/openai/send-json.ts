/** Sends a JSON response and writes it into the call's record. */
import type { ServerResponse } from 'node:http';
import type { OpenCall } from './call-log.ts';
import type { Refusal } from './refusals.ts';

export interface Exchange {
  readonly response: ServerResponse;
  readonly call: OpenCall;
}

export function sendJson(
  { response, call }: Exchange,
  body: unknown,
  {
    status = 200,
    headers = {},
  }: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' });
  call.began(status);
  response.end(JSON.stringify(body));
}

export function sendRefusal(exchange: Exchange, { error, ...head }: Refusal): void {
  sendJson(exchange, { error }, head);
}
