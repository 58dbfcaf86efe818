/** Plays the steps of an answer's script, one after the other, at its pace. */
import type { AnswerSink, Stage, Usage } from './answer-sink.ts';
import { orAborted } from './call-log.ts';
import type { AnswerScript, Step } from './chat-script.ts';
import { countPromptTokens } from './check-chat-request.ts';
import { createStreamSink } from './stream-sink.ts';
import { createWholeSink } from './whole-sink.ts';

/** Resolves when the script's ending was sent; rejects with the signal's reason. */
export async function playAnswer(script: AnswerScript, stage: Stage): Promise<void> {
  const sink = (stage.request.stream ? createStreamSink : createWholeSink)(script, stage);
  await stage.call.pass(stage.signal);
  const play: Play = { script, stage, sink, dueMs: stage.clock.monotonic() };
  for (const step of script.steps) {
    stage.signal.throwIfAborted();
    await playStep(step, play);
    if (step.type === 'error') break;
  }
  await end(script, stage, sink);
}

interface Play {
  readonly script: AnswerScript;
  readonly stage: Stage;
  readonly sink: AnswerSink;
  /** When the last delta was due: the pace holds over an answer, however late the timers are. */
  dueMs: number;
}

async function playStep(step: Step, play: Play): Promise<void> {
  const { sink, stage } = play;
  switch (step.type) {
    case 'text':
      return playDelta({ content: step.text }, play);
    case 'reasoning':
      return playDelta({ reasoning_content: step.text }, play);
    case 'tool-call':
      return sink.delta({
        tool_calls: [
          {
            ...{ index: 0, id: `call_fake_${stage.call.record.nth}`, type: 'function' },
            function: { name: step.name, arguments: step.argumentsJson },
          },
        ],
      });
    case 'comment':
      return sink.comment(step.text);
    case 'empty-choices':
      return sink.emptyChoices();
    case 'error':
      return sink.error(step.error);
    case 'wait':
      await sink.flush();
      return stage.clock.sleep(step.ms, { signal: stage.signal });
    case 'hang':
      await sink.flush();
      return orAborted(new Promise(() => {}), stage.signal);
  }
}

async function playDelta(delta: object, play: Play): Promise<void> {
  const { script, stage, sink } = play;
  const { call, signal } = stage;
  if (script.tokensPerSecond) await keepPace(1_000 / script.tokensPerSecond, play);
  await sink.delta({ ...delta });
  call.sentDelta();
  await call.pass(signal, sink.flush);
}

/** Waits until the next delta is due. What was held or waited for longer than that is not made up for. */
async function keepPace(intervalMs: number, play: Play): Promise<void> {
  const { clock, signal } = play.stage;
  const nowMs = clock.monotonic();
  play.dueMs = play.dueMs + intervalMs < nowMs ? nowMs + intervalMs : play.dueMs + intervalMs;
  await clock.sleep(play.dueMs - nowMs, { signal });
}

async function end(script: AnswerScript, stage: Stage, sink: AnswerSink): Promise<void> {
  if (script.ending === 'drops') {
    await sink.flush();
    stage.call.ended();
    stage.response.destroy();
    return;
  }
  const isWhole = script.ending !== 'ends' && script.steps.every(({ type }) => type !== 'error');
  const calledTool = script.steps.some(({ type }) => type === 'tool-call');
  const finishReason = script.finishReason ?? (calledTool ? 'tool_calls' : 'stop');
  await sink.end(isWhole ? { finishReason, usage: countUsage(stage) } : undefined);
}

/** The prompt counted roughly, a token for each delta of the answer. */
function countUsage({ request, call }: Stage): Usage {
  const prompt = countPromptTokens(request.messages);
  const completion = call.record.chunks;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}
