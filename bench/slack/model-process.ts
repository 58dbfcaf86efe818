/** The fake model as a process of its own, forked by `open-lab.ts`: it answers each question at the pace that the question names. */
import { answer } from '../../test/fakes/openai/chat-script.ts';
import type { ChatRequest } from '../../test/fakes/openai/check-chat-request.ts';
import { startFakeOpenAi } from '../../test/fakes/openai/start-fake-open-ai.ts';
import { questionIn } from '../../test/services/flows/cite-passages.ts';
import { machineClock } from './machine-clock.ts';
import { readQuestion, writeAnswer } from './paced-answer.ts';

/** When the model began and ended the answer to a question; milliseconds on the machine's clock. */
export interface ModelCall {
  readonly name: string;
  readonly receivedMs: number;
  readonly firstTokenMs?: number;
  readonly lastTokenMs?: number;
}

/** What the process sends: where it listens, then the calls so far whenever it is sent something. */
export type ModelMessage = { readonly baseUrl: string } | { readonly calls: readonly ModelCall[] };

const model = await startFakeOpenAi({ clock: machineClock });
model.respond((request) => {
  const asked = readQuestion(questionIn(request));
  return answer(writeAnswer(asked), { tokensPerSecond: asked.tokensPerSecond });
});

const callsSoFar = (): readonly ModelCall[] =>
  model.requests('chat').map(({ body, receivedMs, firstTokenMs, lastTokenMs }) => ({
    name: readQuestion(questionIn(body as unknown as ChatRequest)).name,
    receivedMs,
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(lastTokenMs !== undefined && { lastTokenMs }),
  }));

const tell = (message: ModelMessage): void => void process.send?.(message);
process.on('message', () => tell({ calls: callsSoFar() }));
process.on('disconnect', () => process.exit());
tell({ baseUrl: model.baseUrl });
