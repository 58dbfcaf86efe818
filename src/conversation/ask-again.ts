/** A person wants a question answered again: as it was, or as it was edited. */
import type { Audience } from '../domain/audience.ts';
import type { TurnId } from '../domain/ids.ts';
import { isEnded, type NewTurn, type Turn } from '../domain/turn.ts';
import { repeatTurnId } from '../domain/turn-id.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import { createQuietWake, type QuietWakeDeps } from './quiet-wake.ts';

/**
 * Stores a new turn (`<turn>-r<n>`) in the same conversation and wakes a worker; while such a turn is open, that one is found. Undefined when there is no such
 * turn, its question is being taken away, or it holds no text to ask (it was refused at the door). Throws `store_unavailable`.
 */
export type AskAgain = (
  id: TurnId,
  by: { readonly asker: string; readonly audience: Audience },
) => Promise<Turn | undefined>;

/**
 * A repeat of a repeat is one more of the first turn, whose message is the one that people edit. A question that is still being answered is found itself.
 * Two people who press at once get the same turn. One look-up for each earlier repeat.
 */
export const createAskAgain = (
  deps: QuietWakeDeps & {
    readonly turns: Pick<TurnStore, 'addTurn' | 'getTurn'>;
    readonly now: () => number;
  },
): AskAgain => {
  const wake = createQuietWake(deps);

  /** The open repeat, or the number of the next one. */
  const findPlace = async (first: Turn): Promise<Turn | number> => {
    for (let n = 1; ; n += 1) {
      const repeat = await deps.turns.getTurn(repeatTurnId(first.id, n));
      if (repeat === undefined) return n;
      if (isRunning(repeat)) return repeat;
    }
  };

  return async (id, by) => {
    const pressed = await deps.turns.getTurn(id);
    const first =
      pressed?.repeats === undefined ? pressed : await deps.turns.getTurn(pressed.repeats);
    if (pressed === undefined || first === undefined || first.removeReply === true)
      return undefined;
    if (isRunning(first)) return first;
    // Edits reach what was not stopped.
    const { editedText, question } = pressed.state === 'cancelled' ? first : pressed;
    const text = editedText ?? question.text;
    if (text === '') return undefined;
    const place = await findPlace(first);
    if (typeof place !== 'number') return place;
    const { turn } = await deps.turns.addTurn(first.conversationId, {
      ...repeatOf(first, { text, n: place }),
      ...by,
      askedAt: new Date(deps.now()),
    });
    if (turn.open) void wake(turn.conversationId);
    return turn;
  };
};

/** The reply offers to ask again once the final stands, which is before the end is stored. */
const isRunning = ({ state }: Turn): boolean => !isEnded(state) && state !== 'answered';

const repeatOf = (
  first: Turn,
  { text, n }: { readonly text: string; readonly n: number },
): Omit<NewTurn, 'asker' | 'audience' | 'askedAt'> => ({
  id: repeatTurnId(first.id, n),
  platform: first.platform,
  question: { ...first.question, text },
  replyTo: first.replyTo,
  repeats: first.id,
  ...(first.readThread !== undefined && { readThread: first.readThread }),
});
