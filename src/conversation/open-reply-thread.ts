/** Makes the thread that a command's answer goes to, and lets follow-ups in it find the conversation. */
import type { Turn } from '../domain/turn.ts';
import { insist } from '../reply/insist.ts';
import type { TurnJob, WorkTurnDeps } from './turn-job.ts';

/**
 * The turn with the address of its thread; the same turn where there is nothing to make, at no cost. The address is stored last: whoever takes over before
 * finds the thread that was made, attaches it again and goes on.
 *
 * Throws what the speaker says for good, `platform_rate_limited` or `platform_unavailable` after five minutes of them, and the shutdown's reason.
 */
export const openReplyThread = async (
  deps: WorkTurnDeps,
  options: { readonly turn: Turn; readonly job: TurnJob; readonly firstAttempt: boolean },
): Promise<Turn> => {
  const { turn, job, firstAttempt } = options;
  const { lease, shutdown } = job;
  const speaker = deps.speakers.get(turn.platform);
  if (speaker === undefined) return turn;
  const reply = speaker.openReply(turn, { parts: turn.parts, firstAttempt });
  const thread = await insist(() => reply.openThread({ signal: lease.signal }), {
    clock: deps.clock,
    ensure: lease.ensure,
    signal: lease.signal,
    shutdown,
    onRetry: ({ code }) => deps.log.warn('thread is tried again', { turnId: turn.id, code }),
  });
  if (thread === undefined) return turn;
  const { conversationKey, replyTo } = thread;
  const attached = await lease.write(() =>
    deps.conversations.attachThread(turn.conversationId, conversationKey),
  );
  // Somebody asked in the thread before it was attached: it is a conversation of its own.
  if (!attached) deps.log.info('thread has a conversation already', { turnId: turn.id });
  return job.save({ replyTo });
};
