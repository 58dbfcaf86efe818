/** Puts a finished answer whole: as messages and a file, or, where the platform takes no file, as messages alone. */
import type { BotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { Log } from '../ports/log.ts';
import type { ReplyAction, Speaker } from '../ports/speaker.ts';
import type { FinalAnswer } from './deliver-answer.ts';
import type { PartRecord } from './part-record.ts';
import type { FinalReply } from './put-answer.ts';
import { renderFinal } from './render-final.ts';

/**
 * A file that is refused costs nobody a word: the rest takes as many messages as it needs. They are parts like any other, by which the reply is known again when
 * it is put once more: no file is tried then. Throws what cannot be helped, see `putFinal`.
 *
 * @param deps.put Resolves with why the file can't be attached, see `putAnswer`.
 */
export const putWhole = async (
  deps: {
    readonly turn: Turn;
    readonly size: Pick<Speaker, 'measure' | 'maxPart' | 'maxParts' | 'openDialect'>;
    readonly record: Pick<PartRecord, 'all'>;
    readonly put: (final: FinalReply) => Promise<BotError | undefined>;
    readonly log: Log;
  },
  answer: FinalAnswer,
): Promise<void> => {
  const { turn, size, put, log } = deps;
  const { parts: messages, file, holds } = renderFinal(answer, size);
  const actions = actionsFor(turn, holds);
  const wasRefused = deps.record
    .all()
    .some(({ index, kind }) => index >= size.maxParts && kind === undefined);
  if (file === undefined || !wasRefused) {
    const refusal = await put({ messages, actions, ...(file !== undefined && { file }) });
    if (refusal === undefined) return;
    const { code, details } = refusal;
    log.warn('file refused, the answer goes on in messages', { turnId: turn.id, code, ...details });
  }
  const { parts } = renderFinal(answer, { ...size, maxParts: Number.POSITIVE_INFINITY });
  await put({ messages: parts, actions });
};

const actionsFor = (
  { editedText }: Turn,
  holds: 'footnotes' | 'words' | 'nothing',
): readonly ReplyAction[] => [
  ...(holds === 'nothing' ? [] : (['feedback'] as const)),
  editedText === undefined ? 'again' : 'again-edited',
  ...(holds === 'footnotes' ? (['passages'] as const) : []),
];
