/** Renders a whole answer as the messages of its reply, and the rest as a file. */
import type { Unfinished } from '../domain/chat-event.ts';
import type { Reference } from '../domain/reference.ts';
import type { ReplyFile } from '../ports/speaker.ts';
import { renderFinal as renderMessages } from './render-reply.ts';
import type { MessageSize } from './split-message.ts';

export const renderFinal = (
  answer: {
    readonly text: string;
    readonly reference: Reference;
    readonly unfinished?: Unfinished;
  },
  size: MessageSize & { readonly maxParts: number },
): { readonly parts: readonly string[]; readonly file?: ReplyFile } => {
  const all = renderMessages(answer, size);
  const parts = all.slice(0, size.maxParts);
  if (all.length === parts.length) return { parts };
  return { parts, file: { name: 'answer.md', text: all.slice(size.maxParts).join('\n\n') } };
};
