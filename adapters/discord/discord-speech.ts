/** What the speaking half shares: calls, who we are, time, and the key to the tokens of commands. */
import type { Clock } from '../../src/ports/clock.ts';
import type { EditBudget } from '../../src/ports/edit-budget.ts';
import type { Log } from '../../src/ports/log.ts';
import type { SecretBox } from '../../src/ports/secret-box.ts';
import type { DiscordSpeakingApi } from './discord-call.ts';
import { createMessageBuckets, type MessageBuckets } from './message-buckets.ts';
import { createOwnIdentity } from './own-identity.ts';
import { createThreadRights, type ThreadRights } from './thread-rights.ts';
import { createTyping, type Typing } from './typing.ts';

export interface DiscordSpeech extends DiscordSpeakingApi {
  /** The bot's user id. */
  readonly identity: () => Promise<string>;
  readonly typing: Typing;
  readonly buckets: MessageBuckets;
  readonly threadRights: ThreadRights;
  readonly box: Pick<SecretBox, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** One for a process: the speaker, the status line and the context reader take it. Costs nothing until the first call. */
export const createDiscordSpeech = (deps: {
  readonly api: DiscordSpeakingApi;
  /** The one that the core takes edits of: posts are counted in it too. */
  readonly editBudget: EditBudget;
  readonly box: Pick<SecretBox, 'open'>;
  readonly clock: Clock;
  readonly log: Log;
}): DiscordSpeech => {
  const { api, editBudget, box, clock, log } = deps;
  return {
    ...api,
    identity: createOwnIdentity(api.call),
    buckets: createMessageBuckets({ api, editBudget }),
    threadRights: createThreadRights({ call: api.call, clock }),
    typing: createTyping({ call: api.call, clock }),
    box,
    clock,
    log,
  };
};
