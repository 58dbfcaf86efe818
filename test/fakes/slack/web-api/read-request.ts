/**
 * Takes a Web API request apart: method, arguments, token.
 *
 * A token counts in the `Authorization` header or in a form body; in JSON and in the URL Slack does not accept it.
 * @see https://docs.slack.dev/apis/web-api#basics
 */
import type { IncomingMessage } from 'node:http';
import type { Arguments } from './web-api-method.ts';

export interface WebApiRequest {
  readonly method: string;
  readonly bodyKind: 'form' | 'json' | 'none' | 'unknown';
  readonly args: Arguments;
  readonly token: string | undefined;
  /** `invalid_json`, `json_not_object`, `invalid_form_data`. */
  readonly fault?: string;
}

/** Undefined when the path is not below `/api/`. */
export async function readRequest(request: IncomingMessage): Promise<WebApiRequest | undefined> {
  const url = new URL(request.url ?? '/', 'http://slack.invalid');
  const [, method] = /^\/api\/([\w.]+)$/.exec(url.pathname) ?? [];
  if (method === undefined) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { token: _inUrl, ...inUrl } = Object.fromEntries(url.searchParams);
  const { token, args, ...rest } = readBody(request.headers['content-type'] ?? '', body);
  const [, bearer] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  return { method, ...rest, args: { ...inUrl, ...args }, token: bearer ?? token };
}

function readBody(contentType: string, body: string): Omit<WebApiRequest, 'method'> {
  if (body === '') return { bodyKind: 'none', args: {}, token: undefined };
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const { token, ...args } = Object.fromEntries(new URLSearchParams(body));
    return { bodyKind: 'form', args, token };
  }
  if (!contentType.startsWith('application/json'))
    return { bodyKind: 'unknown', args: {}, token: undefined, fault: 'invalid_post_type' };
  return { bodyKind: 'json', token: undefined, ...readJson(body) };
}

function readJson(body: string): { readonly args: Arguments; readonly fault?: string } {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { args: {}, fault: 'json_not_object' };
    const { token: _notAccepted, ...args } = value as Record<string, unknown>;
    return { args };
  } catch {
    return { args: {}, fault: 'invalid_json' };
  }
}
