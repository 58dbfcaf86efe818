/** Gathers a played answer and sends it as one JSON. */
import { type AnswerSink, type Delta, envelope, type Stage } from './answer-sink.ts';
import type { AnswerScript } from './chat-script.ts';
import { refusals, type VendorError } from './refusals.ts';
import { sendJson, sendRefusal } from './send-json.ts';

export function createWholeSink(script: AnswerScript, stage: Stage): AnswerSink {
  const deltas: Delta[] = [];
  let failure: VendorError | undefined;

  function joined(field: string): string | undefined {
    const pieces = deltas.map((delta) => delta[field]).filter((piece) => piece !== undefined);
    return pieces.length > 0 ? pieces.join('') : undefined;
  }

  return {
    async delta(delta) {
      deltas.push(delta);
    },
    async emptyChoices() {},
    async comment() {},
    async flush() {},
    async error(error) {
      failure = error;
    },
    async end(outcome) {
      if (failure || !outcome) {
        const refusal = refusals.serverError();
        return sendRefusal(stage, failure ? { ...refusal, error: failure } : refusal);
      }
      const toolCalls = deltas.flatMap(({ tool_calls: calls }) => calls ?? []);
      const reasoning = joined('reasoning_content');
      const message = {
        role: 'assistant',
        content: joined('content') ?? null,
        ...(reasoning === undefined ? {} : { reasoning_content: reasoning }),
        ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}),
      };
      sendJson(stage, {
        ...envelope(stage, 'chat.completion'),
        choices: [{ index: 0, message, finish_reason: outcome.finishReason }],
        ...(script.usage === 'never' ? {} : { usage: outcome.usage }),
      });
    },
  };
}
