/** Renders a growing answer as the messages of its reply. */
import type { Reference } from '../domain/reference.ts';
import { renderDraft } from './render-reply.ts';
import type { MessageSize } from './split-message.ts';

export interface DraftPart {
  readonly index: number;
  readonly markdown: string;
  readonly committedChars: number;
  /** No later draft changes it. */
  readonly sealed: boolean;
}

export interface DraftRenderer {
  append(piece: string): void;
  parts(): readonly DraftPart[];
}

export const createDraftRenderer = (
  size: MessageSize & { readonly maxParts: number },
  reference: Reference,
): DraftRenderer => {
  let text = '';
  return {
    append(piece) {
      text += piece;
    },
    parts() {
      const parts = renderDraft({ text, reference }, size);
      return parts.slice(0, size.maxParts).map((markdown, index) => ({
        index,
        markdown,
        committedChars: 0,
        sealed: index < parts.length - 1,
      }));
    },
  };
};
