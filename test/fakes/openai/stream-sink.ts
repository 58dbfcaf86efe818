/** Sends a played answer as server-sent events. */
import type { AnswerSink, Delta, Stage } from './answer-sink.ts';
import { envelope } from './answer-sink.ts';
import type { AnswerScript } from './chat-script.ts';
import { createEventStream } from './event-stream.ts';

export function createStreamSink(script: AnswerScript, stage: Stage): AnswerSink {
  const { request, response, call } = stage;
  const { roleFirst = true, cumulative = false, usage: usageWhen = 'asked' } = script;
  const stream = createEventStream(response, script.framing ?? {});
  const usageAsked = request.stream_options?.include_usage === true;
  const sendsUsage = usageWhen === 'always' || (usageWhen === 'asked' && usageAsked);
  let roleSent = !roleFirst;
  let text = '';

  function begin(): void {
    if (response.headersSent) return;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    call.began(200);
  }

  async function send(fields: Delta): Promise<void> {
    begin();
    const head = {
      ...envelope(stage, 'chat.completion.chunk'),
      ...(sendsUsage ? { usage: null } : {}),
    };
    await stream.event(JSON.stringify({ ...head, ...fields }));
  }

  function sendChoice(delta: Delta, finishReason: string | null = null): Promise<void> {
    return send({ choices: [{ index: 0, delta, finish_reason: finishReason }] });
  }

  async function sendRole(): Promise<void> {
    if (roleSent) return;
    roleSent = true;
    await sendChoice({ role: 'assistant', content: '' });
  }

  return {
    async delta(delta) {
      await sendRole();
      const { content } = delta;
      if (typeof content === 'string') text += content;
      await sendChoice(cumulative && content !== undefined ? { content: text } : delta);
    },
    emptyChoices: () => send({ choices: [] }),
    async comment(comment) {
      begin();
      await stream.comment(comment);
    },
    flush: stream.flush,
    async error(error) {
      begin();
      await stream.event(JSON.stringify({ error }));
    },
    async end(outcome) {
      if (outcome) {
        await sendRole();
        await sendChoice({}, outcome.finishReason);
        if (sendsUsage) await send({ choices: [], usage: outcome.usage });
        if (script.ending !== 'no-done') await stream.event('[DONE]');
      }
      begin();
      await stream.flush();
      response.end();
    },
  };
}
