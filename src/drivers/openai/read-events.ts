/** Reads a streamed completion: whatever has come by now at once, so that a busy process deals with fewer and larger pieces. */
import { createParser } from 'eventsource-parser';
import { APIError } from 'openai';

/** What came with one read of the connection. */
export interface EventBatch {
  /** The data of each event, parsed; never `[DONE]`. May be empty. */
  readonly events: readonly unknown[];
  /** What ended the stream behind the last of them: the server's own error, or data that is no JSON. */
  readonly failure?: unknown;
}

const endMark = '[DONE]';

/**
 * The SDK's own reader gives one event at a time, and everything behind it works for each. Reads on until the server closes, so that the connection can be used
 * again. Rejects as `fetch` does when the connection breaks or the signal aborts; leaving the loop closes it.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* readEvents({ body, headers }: Response): AsyncGenerator<EventBatch> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let events: unknown[] = [];
  let failure: unknown;
  let ended = false;
  const parser = createParser({
    onEvent({ data }) {
      if (ended) return;
      ended = data.startsWith(endMark);
      if (ended) return;
      try {
        events.push(parse(data, headers));
      } catch (error) {
        failure = error;
        ended = true;
      }
    },
  });
  const take = (): EventBatch => {
    const batch = { events, ...(failure !== undefined && { failure }) };
    events = [];
    return batch;
  };

  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    if (events.length > 0 || failure !== undefined) yield take();
    if (failure !== undefined) return;
  }
  // Some servers close without the blank line that ends the last event.
  parser.feed(`${decoder.decode()}\n\n`);
  yield take();
}

/** Throws a `SyntaxError`, and an `APIError` for the object by which servers tell of a failure in mid-stream. */
const parse = (data: string, headers: Headers): unknown => {
  const parsed: unknown = JSON.parse(data);
  const { error } = (parsed ?? {}) as { readonly error?: unknown };
  if (error) throw new APIError(undefined, error as object, undefined, headers);
  return parsed;
};
