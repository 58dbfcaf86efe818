/** A worker's conversation side on the memory store, with a scripted pipeline and a fake platform: for tests of leases, turns and delivery. */
import type { AsyncChat, AsyncChatOptions } from '../../src/chat/async-chat.ts';
import { createAskAgain } from '../../src/conversation/ask-again.ts';
import { createCancelTurn } from '../../src/conversation/cancel-turn.ts';
import { createDrainConversation } from '../../src/conversation/drain-conversation.ts';
import { createEditQuestion } from '../../src/conversation/edit-question.ts';
import { createReceiveQuestion } from '../../src/conversation/receive-question.ts';
import { createWorkTurn } from '../../src/conversation/work-turn.ts';
import type { ChatEvent } from '../../src/domain/chat-event.ts';
import {
  asId,
  type ConversationId,
  newConversationId,
  type WorkerId,
} from '../../src/domain/ids.ts';
import type { Message } from '../../src/domain/message.ts';
import type { NewTurn, Turn } from '../../src/domain/turn.ts';
import { slackConversationKey, slackTurnId } from '../../src/domain/turn-id.ts';
import { createMemoryAnswerLog } from '../../src/drivers/memory/memory-answer-log.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createMemoryStopSignal } from '../../src/drivers/memory/memory-stop-signal.ts';
import { createMemoryStore } from '../../src/drivers/memory/memory-store.ts';
import { markdownParser } from '../../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../../src/drivers/parsers/text-parser.ts';
import type { Speaker } from '../../src/ports/speaker.ts';
import { createOpenDelivery } from '../../src/reply/deliver-answer.ts';
import { buildDialog, buildReference } from './build.ts';
import { createFakeClock } from './fake-clock.ts';
import { createFakeContextReader } from './fake-context-reader.ts';
import { createFakeSpeaker } from './fake-speaker.ts';
import { createRecordingLog } from './recording-log.ts';

/** What the pipeline does with a question. */
export type Script = (
  messages: readonly Message[],
  options: AsyncChatOptions,
) => AsyncGenerator<ChatEvent>;

export const reference = buildReference();

/** Streams the words, one per `everyMs`, then the final. */
export const saying = (
  text: string,
  {
    everyMs = 100,
    clock,
  }: {
    everyMs?: number;
    clock: { sleep: (ms: number, o: { signal: AbortSignal }) => Promise<void> };
  },
): Script =>
  async function* (_messages, { signal }) {
    yield { type: 'status', phase: 'retrieving' };
    yield { type: 'status', phase: 'generating', reference };
    for (const word of text.split(/(?<= )/)) {
      await clock.sleep(everyMs, { signal });
      yield { type: 'delta', text: word };
    }
    yield finalOf(text);
  };

export const finalOf = (answer: string): ChatEvent => ({
  type: 'final',
  answer,
  reference,
  timings: { totalMs: 1 },
  usage: { promptTokens: 1, completionTokens: 1, estimated: true },
});

export const lease = { leaseMs: 30_000, renewMs: 10_000, callMarginMs: 15_000 };

export const buildWorld = () => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const store = createMemoryStore({ clock });
  const answerLog = createMemoryAnswerLog({ clock });
  const stopSignal = createMemoryStopSignal();
  const editBudget = createMemoryEditBudget({ clock });
  const speaker = createFakeSpeaker({ now: clock.monotonic });
  const contextReader = createFakeContextReader();
  const woken: ConversationId[] = [];
  const queue = {
    wake: async (id: ConversationId) => {
      woken.push(id);
    },
  };
  const dialog = buildDialog();
  const dialogs = {
    getDialog: async () => dialog,
    listDialogs: async () => [dialog],
    listKnowledgeBases: async () => [],
  };
  let script: Script = saying('Hello there.', { clock });
  const asyncChat: AsyncChat = (_dialog, messages, options) => script(messages, options);
  const receiveQuestion = createReceiveQuestion({
    ...store,
    queue,
    newConversationId,
    now: clock.now,
    log,
  });
  const drainAs = (name: string, platformSpeaker: Speaker = speaker) => {
    const owner = asId<WorkerId>(name);
    const deps = {
      ...store,
      dialogs,
      asyncChat,
      answerLog,
      stopSignal,
      clock,
      log,
      countTokens: (text: string) => Math.ceil(text.length / 4),
      parsers: [markdownParser, textParser],
      contextReaders: new Map([['slack' as const, contextReader]]),
      maxAttempts: 3,
    };
    const speakers = new Map([['slack' as const, platformSpeaker]]);
    const workTurn = createWorkTurn({
      ...deps,
      speakers,
      openDelivery: createOpenDelivery({ clock, log, editBudget }),
    });
    return createDrainConversation({ ...deps, speakers, workTurn, wake: queue.wake, owner, lease });
  };
  return {
    clock,
    log,
    store,
    answerLog,
    speaker,
    contextReader,
    woken,
    drainAs,
    cancelTurn: createCancelTurn({ ...store, queue, stopSignal, log }),
    editQuestion: createEditQuestion({ ...store, queue, stopSignal, log }),
    askAgain: createAskAgain({ ...store, queue, now: clock.now, log }),
    script: (next: Script) => {
      script = next;
    },
    /** Asks in one Slack thread; `ts` is the message's. */
    ask: async (
      text: string,
      { ts = '1.1', asker = 'U1', ...more }: { readonly ts?: string } & Partial<NewTurn> = {},
    ): Promise<Turn> => {
      const place = { team: 'T1', channel: 'C1' };
      const { turn } = await receiveQuestion({
        conversation: {
          key: slackConversationKey({ ...place, rootTs: '1.0' }),
          dialogId: dialog.id,
          name: 'Thread',
          platform: 'slack',
          place: 'C1',
          audience: 'team',
          userId: asker,
        },
        turn: {
          id: slackTurnId({ ...place, ts }),
          platform: 'slack',
          question: { text },
          askedAt: new Date(Number(ts) * 1_000),
          asker,
          audience: 'team',
          replyTo: { ...place, ts },
          ...more,
        },
      });
      return turn;
    },
    turnNow: async (turn: Turn): Promise<Turn> => {
      const found = await store.turns.getTurn(turn.id);
      if (found === undefined) throw new Error('no such turn');
      return found;
    },
  };
};
