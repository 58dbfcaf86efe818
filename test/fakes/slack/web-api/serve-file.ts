/**
 * What Slack serves beside its Web API: the address that takes an upload, and the private address of a file.
 *
 * An upload's address needs no token: whoever knows it may send. A private file needs a bot token of its workspace; without one Slack sends the sign-in page
 * with a 200. Both count as calls, named `upload` and `download`, so that they can be made to fail.
 * @see https://docs.slack.dev/messaging/working-with-files
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { drop, fail, type ServeCallDeps } from './serve-call.ts';

type Exchange = { readonly request: IncomingMessage; readonly response: ServerResponse };

const signInPage = '<!DOCTYPE html><html><title>Sign in | Slack</title></html>';

/** Whether the path is one of these. */
export function isFileRequest(path: string): boolean {
  return path.startsWith('/upload/') || path.startsWith('/files-pri/');
}

export async function serveFile(deps: ServeCallDeps, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const path = new URL(request.url ?? '/', 'http://slack.invalid').pathname;
  const method = path.startsWith('/upload/') ? 'upload' : 'download';
  const body = await buffer(request);
  const call = deps.calls.begin({
    method,
    args: { path, sizeBytes: body.length },
    teamId: undefined,
  });
  const failure = deps.interference.takeFailure(call);
  const isLost = failure?.status === 'apply-then-drop' || failure?.status === 'apply-then-hang';
  if (failure && !isLost) return fail(deps, { call, response, failure });
  const answer = method === 'upload' ? upload(deps, path, body) : download(deps, path, request);
  deps.calls.applied(call, { ok: answer.status === 200 });
  if (failure?.status === 'apply-then-hang') return deps.calls.end(call, 'hanging');
  if (failure) return drop(deps, { call, response });
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': answer.body.length,
  });
  response.end(answer.body);
  deps.calls.end(call, answer.status);
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
}

function upload({ state }: ServeCallDeps, path: string, body: Buffer): Answer {
  const found = state.fileOfSecret(path.split('/').at(-1) ?? '');
  const type = 'text/plain';
  if (found?.file.state !== 'ticket') return { status: 404, type, body: Buffer.from('not found') };
  const { workspace, file } = found;
  if (body.length !== file.sizeBytes)
    return { status: 400, type, body: Buffer.from('size is not what was said') };
  workspace.files.set(file.id, { ...file, bytes: body, state: 'uploaded' });
  return { status: 200, type, body: Buffer.from(`OK - ${body.length}`) };
}

function download({ state }: ServeCallDeps, path: string, request: IncomingMessage): Answer {
  const [, team, id] = /^\/files-pri\/(\w+)-(\w+)\//.exec(path) ?? [];
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const issued = state.tokens.find(token ?? '');
  const workspace = issued && state.tokens.workspaceFor(issued, { team_id: team });
  const isIn = issued?.state === 'valid' && workspace?.id === team && state.limits.downloads;
  const mayRead = issued?.scopes === 'all' || issued?.scopes.includes('files:read');
  if (!isIn || !mayRead)
    return { status: 200, type: 'text/html; charset=utf-8', body: Buffer.from(signInPage) };
  const file = workspace?.files.get(id ?? '');
  return file?.state === 'stored'
    ? { status: 200, type: file.mimetype, body: file.bytes }
    : { status: 404, type: 'text/html', body: Buffer.from('<html>gone</html>') };
}
