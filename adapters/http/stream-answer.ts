/** Serves a turn's answer: as a stream of frames, or whole. */
import type { FinalEvent } from '../../src/domain/chat-event.ts';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { type Envelope, Refusal, ragflowCodes, success } from './envelope.ts';
import { type FollowAnswerDeps, followAnswer } from './follow-answer.ts';
import { markSilence, silence } from './mark-silence.ts';
import { messageIdOf } from './ragflow-row.ts';
import {
  encodeFrame,
  endFrame,
  errorBody,
  type FrameSubject,
  finalOf,
  readerAt,
  renderEntry,
} from './render-frames.ts';

/** Proxies close connections on which nothing comes, mostly after 30 or 60 s. */
const keepAliveMs = 15_000;

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache',
  Connection: 'keep-alive',
  // nginx would hold the frames back.
  'X-Accel-Buffering': 'no',
};

/**
 * The client's leaving ends the stream and nothing else. When the signal aborts the stream ends without its last frame: the client comes back.
 *
 * @param options.lastEventId Of the client's last frame; undefined begins with the first.
 */
export const streamAnswer = (
  deps: FollowAnswerDeps,
  turn: Turn,
  options: { readonly lastEventId: string | undefined; readonly signal: AbortSignal },
): Response => {
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const frames = encodedFrames(deps, turn, { ...options, signal });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await frames.next();
        if (left.signal.aborted) return;
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => left.abort(),
    },
    // Nothing is read ahead of the client.
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: streamHeaders });
};

async function* encodedFrames(
  deps: FollowAnswerDeps,
  turn: Turn,
  options: { readonly lastEventId: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<string, undefined> {
  const { signal } = options;
  let state = readerAt(options.lastEventId);
  if (state.phase === 'ended') return yield encodeFrame(endFrame);
  try {
    const entries = followAnswer(deps, turn.id, { after: state.entryId, signal });
    const timing = { clock: deps.clock, silenceMs: keepAliveMs };
    for await (const entry of markSilence(entries, timing)) {
      if (entry === silence) {
        yield ': keep-alive\n\n';
        continue;
      }
      const rendered = renderEntry(state, entry, subjectOf(deps, turn));
      state = rendered.state;
      for (const frame of rendered.frames) yield encodeFrame(frame);
    }
    if (signal.aborted) return;
  } catch (error) {
    const { code } = toBotError(error);
    deps.log.error('answer not streamed', { turnId: turn.id, code });
    yield encodeFrame({ body: errorBody(code) });
  }
  yield encodeFrame(endFrame);
}

/** Resolves when the turn ended. Throws a `Refusal` (503) when the signal aborts before. */
export const waitForAnswer = async (
  deps: FollowAnswerDeps,
  turn: Turn,
  { signal }: { readonly signal: AbortSignal },
): Promise<Envelope> => {
  for await (const { event } of followAnswer(deps, turn.id, { after: undefined, signal })) {
    if (event.type === 'error') return errorBody(event.code);
    if (event.type === 'final') return success(wholeOf(event, subjectOf(deps, turn)));
  }
  throw new Refusal(
    ragflowCodes.connection,
    'The server stops. Your question is kept: ask again with the same id.',
    { status: 503 },
  );
};

const wholeOf = (event: FinalEvent, subject: FrameSubject) => ({
  ...finalOf(event, subject),
  answer: event.answer,
});

const subjectOf = ({ clock }: FollowAnswerDeps, turn: Turn): FrameSubject => ({
  messageId: messageIdOf(turn),
  conversationId: turn.conversationId,
  nowMs: clock.now(),
});
