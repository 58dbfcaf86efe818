/** Reads frames as a program does that obeys RAGFlow's frames and our resets. */
import { createParser, type EventSourceMessage } from 'eventsource-parser';

export interface SseReader {
  /** The next frame; undefined when the stream has ended. Comments are kept apart. */
  next(): Promise<EventSourceMessage | undefined>;
  readonly comments: readonly string[];
  /** Resolves with the next comment. */
  comment(): Promise<string>;
  leave(): Promise<void>;
}

export const openSse = (response: Response): SseReader => {
  const events: EventSourceMessage[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onComment: (comment) => comments.push(comment),
  });
  const chunks = response.body?.getReader();
  const decoder = new TextDecoder();
  /** False at the end. */
  const read = async (): Promise<boolean> => {
    const chunk = await chunks?.read();
    if (chunk?.value === undefined) return false;
    parser.feed(decoder.decode(chunk.value as Uint8Array, { stream: true }));
    return true;
  };
  return {
    comments,
    async next() {
      while (events.length === 0) if (!(await read())) return undefined;
      return events.shift();
    },
    async comment() {
      const seen = comments.length;
      while (comments.length === seen) if (!(await read())) throw new Error('the stream has ended');
      return comments.at(-1) ?? '';
    },
    leave: async () => chunks?.cancel(),
  };
};

interface FrameData {
  readonly answer: string;
  readonly reset?: true;
  readonly start_to_think?: true;
  readonly end_to_think?: true;
  readonly final?: boolean;
  readonly final_answer?: string;
}

/** What a person would have before them, and where the program would go on. */
export class ObedientReader {
  text = '';
  reasoning = '';
  lastEventId: string | undefined;
  finalAnswer: string | undefined;
  ended = false;
  #thinking = false;

  take({ id, data }: EventSourceMessage): void {
    if (id !== undefined) this.lastEventId = id;
    const body = JSON.parse(data) as { data: FrameData | true };
    if (body.data === true) {
      this.ended = true;
      return;
    }
    const frame = body.data;
    if (frame.reset === true) {
      this.text = '';
      this.reasoning = '';
      this.#thinking = false;
    }
    if (frame.start_to_think === true) this.#thinking = true;
    if (frame.end_to_think === true) this.#thinking = false;
    if (this.#thinking) this.reasoning += frame.answer;
    else this.text += frame.answer;
    if (frame.final === true) this.finalAnswer = frame.final_answer;
  }

  /** Takes at most so many frames, then leaves. */
  async follow(response: Response, frames = Number.POSITIVE_INFINITY): Promise<void> {
    const stream = openSse(response);
    for (let taken = 0; taken < frames; taken += 1) {
      const frame = await stream.next();
      if (frame === undefined) return;
      this.take(frame);
    }
    await stream.leave();
  }
}
