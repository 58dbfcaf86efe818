/** Shows beside a conversation that somebody works on it, where the platform has such a thing. */
import type { ChatPhase } from '../domain/chat-event.ts';
import type { Platform } from '../domain/platform.ts';
import type { Turn } from '../domain/turn.ts';

export interface StatusLine {
  readonly platform: Platform;
  /**
   * Shows what is being done, or takes the line away (`undefined`). Resolves with whether the platform shows it: a place that has no status line is
   * remembered and costs no further call. Never rejects: nothing depends on it.
   */
  show(
    turn: Turn,
    phase: ChatPhase | undefined,
    options: { readonly signal: AbortSignal },
  ): Promise<boolean>;
}
