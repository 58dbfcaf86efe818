/** The reply while its answer comes: a status until there are words, then the text by drafts. */
import type { ChatPhase } from '../domain/chat-event.ts';
import type { BotError } from '../domain/errors.ts';
import { emptyReference, type Reference } from '../domain/reference.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reply, Speaker } from '../ports/speaker.ts';
import { createDraftLoop, type DraftLoop } from './draft-loop.ts';
import { createDraftRenderer, type DraftPart, type DraftRenderer } from './draft-renderer.ts';
import type { EditAllowance } from './edit-allowance.ts';
import { editIntervalMs, firstTextHoldMs, isBusy } from './edit-pacer.ts';
import type { PartRecord } from './part-record.ts';
import type { StatusDisplay } from './status-display.ts';

export interface GrowingReply {
  status(phase: ChatPhase): void;
  rests(on: Reference): void;
  delta(text: string): void;
  /** Resolves, when no call is in flight any more, with the sealed texts that stand, by index; empty from the second call on. */
  stop(): Promise<ReadonlyMap<number, string>>;
}

/** How long a busy bucket's asker waits for words before a message says what is being done. */
const patienceMs = 3_000;

const statusText: Readonly<Record<ChatPhase, string>> = {
  refining: '_Reading the thread…_',
  retrieving: '_Searching the documents…_',
  generating: '_Writing…_',
};

/**
 * The status is posted as the first message: its text costs an edit then. So in a busy bucket the platform's status line has to do, where there is one;
 * where there is none, the message comes when words are still missing after three seconds.
 */
export const growReply = (deps: {
  readonly reply: Reply;
  readonly size: Pick<Speaker, 'measure' | 'maxPart' | 'maxParts' | 'openDialect'>;
  readonly record: PartRecord;
  readonly edits: EditAllowance;
  readonly statusDisplay: StatusDisplay;
  /** Text stands from before, which is better than a status. */
  readonly keepsText: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly ensure: () => Promise<void>;
  readonly onFatal: (error: BotError) => void;
}): GrowingReply => {
  const { clock, edits, record } = deps;
  const stopped = new AbortController();
  const ended = AbortSignal.any([stopped.signal, deps.signal]);
  let placeholder = '';
  let showsPlaceholder = false;
  let renderer: DraftRenderer | undefined;
  let hasText = false;
  let begun = false;
  let drafts: DraftLoop | undefined;

  const render = (): readonly DraftPart[] => {
    if (hasText) return renderer?.parts() ?? [];
    return [{ index: 0, markdown: placeholder, committedChars: 0, sealed: false }];
  };
  const changed = (options?: { readonly dueInMs: number }): void => {
    if (stopped.signal.aborted) return;
    drafts ??= createDraftLoop({
      ...deps,
      render,
      intervalMs: (lengthChars) => editIntervalMs(lengthChars, edits.load()),
      stands: (index) => record.at(index) !== undefined,
      onPosted: (index, platformId) => record.save({ index, platformId }),
    });
    drafts.changed(options);
  };
  /** Joins the bucket, and then knows whether there is an edit to spare for a status. */
  const begin = async (): Promise<void> => {
    await edits.join();
    if (deps.keepsText) return;
    if (isBusy(edits.load())) {
      if (await deps.statusDisplay.isShown()) return;
      await clock.sleep(patienceMs, { signal: ended });
    }
    showsPlaceholder = true;
    if (!hasText && placeholder !== '') changed({ dueInMs: 0 });
  };
  const beginOnce = (): void => {
    if (begun) return;
    begun = true;
    begin().catch((error: unknown) => {
      if (!ended.aborted) throw error;
    });
  };

  return {
    status(phase) {
      placeholder = statusText[phase];
      deps.statusDisplay.show(phase);
      beginOnce();
      if (showsPlaceholder && !hasText)
        changed(phase === 'generating' ? undefined : { dueInMs: 0 });
    },
    rests(on) {
      renderer ??= createDraftRenderer(deps.size, on);
    },
    delta(piece) {
      beginOnce();
      renderer ??= createDraftRenderer(deps.size, emptyReference);
      renderer.append(piece);
      if (hasText) return changed();
      // White space shows nothing yet, nor does what may become a citation.
      hasText = renderer.parts().length > 0;
      if (hasText) changed({ dueInMs: firstTextHoldMs(edits.load()) });
    },
    async stop() {
      stopped.abort();
      const running = drafts;
      drafts = undefined;
      return (await running?.halt()) ?? new Map();
    },
  };
};
