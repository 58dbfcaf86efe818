/**
 * The request as a route takes it: JSON, or a form with `payload_json` and files.
 * @see https://discord.com/developers/docs/reference#uploading-files
 */
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Json } from '../world.ts';

export interface UploadedFile {
  /** The `n` of `files[n]`. */
  readonly key: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface RestBody {
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
  /** What came was no JSON. */
  readonly isMalformed: boolean;
}

export const readBody = async (request: IncomingMessage): Promise<RestBody> => {
  const bytes = await buffer(request);
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.startsWith('multipart/form-data')) return readForm(bytes, contentType);
  if (bytes.length === 0) return { body: {}, files: [], isMalformed: false };
  return { ...parse(String(bytes)), files: [] };
};

const readForm = async (bytes: Buffer, contentType: string): Promise<RestBody> => {
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType },
  }).formData();
  const files: UploadedFile[] = [];
  let told = '{}';
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      if (name === 'payload_json') told = value;
      continue;
    }
    files.push({
      key: /^files\[(\d+)\]$/.exec(name)?.[1] ?? '',
      filename: value.name,
      contentType: value.type || 'application/octet-stream',
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return { ...parse(told), files };
};

const parse = (text: string): { readonly body: unknown; readonly isMalformed: boolean } => {
  try {
    return { body: JSON.parse(text) as Json, isMalformed: false };
  } catch {
    return { body: {}, isMalformed: true };
  }
};
