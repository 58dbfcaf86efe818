/** Appends events to a turn's stream so that no reader ever gets a text with a hole in it. */
import type { Redis } from 'ioredis';
import type { AnswerEvent } from '../../domain/chat-event.ts';
import { BotError, safeCause } from '../../domain/errors.ts';
import type { TurnId } from '../../domain/ids.ts';

/** Whether the event is the last of its answer. */
export const endsAnswer = ({ type }: AnswerEvent): boolean => type === 'final' || type === 'error';

/** Whether a reader can do with this event alone, whatever was lost before it. */
const standsAlone = (event: AnswerEvent): boolean => endsAnswer(event) || event.type === 'reset';

const keptAfterEndMs = 60 * 60_000;
/** An answer that nobody ends must not stay for ever. */
const keptWhileOpenMs = 24 * 60 * 60_000;
/** What this process wrote of a turn since its first event or last reset, and whether a piece of it is missing in Redis. */
interface Stretch {
  holed: boolean;
}

/** Turns whose writing this process remembers; the oldest are forgotten, for turns that ended elsewhere never say so. */
const rememberedTurns = 10_000;

/**
 * One step on the server: the entry, its expiry and the notification. When only a stream that exists may be continued and there is none, nothing
 * happens and the reply is nil.
 */
const appendScript = `
if ARGV[1] == 'continue' and redis.call('EXISTS', KEYS[1]) == 0 then return false end
local id = redis.call('XADD', KEYS[1], '*', 'event', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[5])
return id`;

/**
 * Appends in the order of the calls, which need not wait for each other.
 *
 * Rejects with `queue_unavailable` when Redis cannot be reached or has lost what this process wrote of the turn. From then on the turn's log is
 * closed, at no cost, to everything but `reset`, `final` and `error`.
 */
export const createStreamWriter = ({
  commands,
  channel,
  keyOf,
}: {
  readonly commands: Redis;
  readonly channel: string;
  readonly keyOf: (turnId: TurnId) => string;
}) => {
  const stretches = new Map<TurnId, Stretch>();

  const remember = (turnId: TurnId, stretch: Stretch) => {
    stretches.set(turnId, stretch);
    if (stretches.size <= rememberedTurns) return;
    const [oldest] = stretches.keys();
    if (oldest !== undefined) stretches.delete(oldest);
  };

  return async (turnId: TurnId, event: AnswerEvent): Promise<void> => {
    const current = stretches.get(turnId);
    const continued = standsAlone(event) ? undefined : current;
    if (continued?.holed) throw new BotError('queue_unavailable');
    const stretch = continued ?? { holed: false };
    if (endsAnswer(event)) stretches.delete(turnId);
    else if (stretch !== current) remember(turnId, stretch);

    try {
      const id = await commands.eval(
        appendScript,
        1,
        keyOf(turnId),
        continued === undefined ? 'begin' : 'continue',
        JSON.stringify(event),
        endsAnswer(event) ? keptAfterEndMs : keptWhileOpenMs,
        channel,
        turnId,
      );
      stretch.holed ||= id === null;
    } catch (error) {
      stretch.holed = true;
      throw new BotError('queue_unavailable', { cause: safeCause(error) });
    }
    if (stretch.holed) throw new BotError('queue_unavailable');
  };
};
