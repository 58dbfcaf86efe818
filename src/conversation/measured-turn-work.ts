/** Counts how turns end, and how long people waited for a whole answer, wherever a worker writes it down. */
import { isEnded } from '../domain/turn.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { TurnWork } from '../ports/turn-work.ts';

/** The same work; a question that is deleted after its answer counts once more, as cancelled. */
export const measuredTurnWork = (
  work: TurnWork,
  deps: { readonly metrics: Metrics; readonly now: () => number },
): TurnWork => ({
  ...work,
  async updateTurn(id, fence, patch) {
    const turn = await work.updateTurn(id, fence, patch);
    if (turn === undefined || patch.state === undefined || !isEnded(patch.state)) return turn;
    const { platform, state, error, askedAt } = turn;
    const code = state === 'done' ? '' : (error?.code ?? '');
    deps.metrics.count('footnote_turns_ended_total', { labels: { platform, state, code } });
    if (state === 'done') {
      const seconds = Math.max(0, deps.now() - askedAt.getTime()) / 1_000;
      deps.metrics.observe('footnote_answer_seconds', seconds, { labels: { platform } });
    }
    return turn;
  },
});
