/** What Discord's listeners need of the core and of each other. */
import type { AskAgain } from '../../src/conversation/ask-again.ts';
import type { CancelTurn } from '../../src/conversation/cancel-turn.ts';
import type { EditQuestion } from '../../src/conversation/edit-question.ts';
import type { RateAnswer } from '../../src/conversation/rate-answer.ts';
import type { ReceiveQuestion } from '../../src/conversation/receive-question.ts';
import type { Audience } from '../../src/domain/audience.ts';
import type { DialogId } from '../../src/domain/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConversationPointers } from '../../src/ports/conversation-pointers.ts';
import type { ConversationStore } from '../../src/ports/conversation-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { SecretBox } from '../../src/ports/secret-box.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import type { DiscordApi, DiscordSettings } from './discord-call.ts';
import type { GuildView } from './guild-view.ts';
import type { Places } from './places.ts';
import type { Rules } from './rules.ts';

/** Of a community's server: who may ask what, and how often. */
export interface DiscordRules {
  /** Between two questions of one person in the place; 0 for none. */
  readonly coolDownMs: number;
  /** Whoever has one of them may ask. Empty: everybody. */
  readonly roles: readonly string[];
  /** A question with one of them, as a word of its own, is not answered. */
  readonly blockedWords: readonly string[];
  /** They are not answered at all. */
  readonly blockedPeople: readonly string[];
}

/** What the configuration says about a channel and its threads, a forum and its posts, a server, or all direct messages; one of `channel`, `guild` and `direct` is given. */
export interface DiscordPlace {
  readonly channel?: string;
  readonly guild?: string;
  readonly direct?: true;
  readonly dialogId: DialogId;
  /** `off`: nothing is answered there, not even a mention. */
  readonly listen: 'mention' | 'all' | 'off';
  /** Absent: `public`. */
  readonly audience?: Audience;
  /** Of a forum: the tag that a post gets with its answer. */
  readonly answeredTag?: string;
  readonly rules: DiscordRules;
}

/** How the bot listens, whatever the place. */
export interface DiscordListening {
  /** Whether who has asked in a thread is answered there without a mention. */
  readonly followUps: boolean;
  /** Whether the privileged intent Message Content is asked for. */
  readonly messageContent: boolean;
  readonly archiveAfterMinutes: 60 | 1_440 | 4_320 | 10_080;
  /** How old a message may be that is found after the bot was away; 0 looks for none. */
  readonly lookBackMinutes: number;
}

export interface DiscordListeningDeps {
  readonly settings: DiscordSettings;
  readonly api: Pick<DiscordApi, 'call'>;
  /** Seals the tokens of interactions. */
  readonly box: Pick<SecretBox, 'seal'>;
  readonly receiveQuestion: ReceiveQuestion;
  readonly editQuestion: EditQuestion;
  readonly cancelTurn: CancelTurn;
  readonly askAgain: AskAgain;
  readonly rateAnswer: RateAnswer;
  readonly conversations: Pick<ConversationStore, 'findConversation' | 'getConversation'>;
  readonly turns: Pick<TurnStore, 'findTurnByPart' | 'getTurn' | 'hasAsked' | 'listTurns'>;
  readonly pointers: ConversationPointers;
  /** In no order; a place without an entry has the dialog `default`, answers mentions and has no rules. */
  readonly places: readonly DiscordPlace[];
  readonly behaviour: DiscordListening;
  /** Whether a text that nobody put to us reads like a question. Pure. */
  readonly looksLikeQuestion: (text: string) => boolean;
  readonly clock: Clock;
  /** From 0 to 1: spreads the tries of many processes. */
  readonly random: () => number;
  readonly log: Log;
}

/** With what the listeners share. */
export interface ListenerDeps extends Omit<DiscordListeningDeps, 'places'> {
  readonly view: GuildView;
  readonly places: Places;
  readonly rules: Rules;
}
