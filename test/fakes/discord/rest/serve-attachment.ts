/** What stands behind the address of an attachment, for anybody who knows it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WorldState } from '../world-state.ts';

export const isAttachmentRequest = (url: string): boolean => url.startsWith('/attachments/');

export const serveAttachment = async (
  { state }: { readonly state: WorldState },
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> => {
  const [, , channelId = '', id] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const messages = state.channels.get(channelId)?.messages.values() ?? [];
  const found = [...messages].flatMap((each) => each.attachments).find((each) => each.id === id);
  if (!found) return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': found.contentType,
    'content-length': found.bytes.length,
  });
  response.end(found.bytes);
};
