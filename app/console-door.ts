/** The console's listening half: each question becomes a turn of one conversation, answered by the worker of this process. */

import { createSupportsHyperlinks } from 'supports-hyperlinks';
import { createConsoleSpeaker } from '../adapters/console/console-speaker.ts';
import { asId, type DialogId, type TurnId } from '../src/domain/ids.ts';
import type { TurnState } from '../src/domain/turn.ts';
import type { Base, Doors } from './compose.ts';
import type { Stores } from './compose-stores.ts';

export const createTerminalSpeaker = () =>
  createConsoleSpeaker({
    stream: process.stdout,
    hyperlinks: createSupportsHyperlinks(process.stdout),
  });

/** How often the end of a delivery is looked for. */
const lookMs = 50;

/**
 * Resolves with the turn's end when its answer stands on the terminal. The signal stops the answer; what came stays, marked.
 */
export const createConsoleDoor = (
  { clock }: Pick<Base, 'clock'>,
  { stores, doors }: { readonly stores: Stores; readonly doors: Doors },
) => {
  const session = globalThis.crypto.randomUUID();
  let asked = 0;
  return async (
    question: string,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<TurnState> => {
    asked += 1;
    const { turn } = await doors.receiveQuestion({
      conversation: {
        key: `console-${session}`,
        dialogId: asId<DialogId>('default'),
        name: 'Console',
        platform: 'console',
        place: '',
        audience: 'team',
        userId: 'console',
      },
      turn: {
        id: asId<TurnId>(`console-${session}-${asked}`),
        platform: 'console',
        question: { text: question },
        askedAt: new Date(clock.now()),
        asker: 'console',
        audience: 'team',
        replyTo: {},
      },
    });
    let stopped = false;
    for (;;) {
      const now = await stores.turns.getTurn(turn.id);
      if (now === undefined || !now.open) return now?.state ?? 'failed';
      if (signal.aborted && !stopped) {
        stopped = true;
        await doors.cancelTurn(turn.id, { removeReply: false });
      }
      await clock.sleep(lookMs);
    }
  };
};
