/** What Slack's listeners need of the core and of each other. */
import type { AskAgain } from '../../src/conversation/ask-again.ts';
import type { CancelTurn } from '../../src/conversation/cancel-turn.ts';
import type { EditQuestion } from '../../src/conversation/edit-question.ts';
import type { RateAnswer } from '../../src/conversation/rate-answer.ts';
import type { ReceiveQuestion } from '../../src/conversation/receive-question.ts';
import type { Audience } from '../../src/domain/audience.ts';
import type { DialogId } from '../../src/domain/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConversationStore } from '../../src/ports/conversation-store.ts';
import type { DialogStore } from '../../src/ports/dialog-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import type { AudienceOf } from './audience.ts';
import type { SlackInstallations } from './installations.ts';
import type { PersonOf } from './person.ts';
import type { SlackClientSettings } from './slack-client.ts';
import type { BotTokenOf, SlackWorkspaces } from './slack-workspaces.ts';
import type { TellPrivately } from './tell-privately.ts';

/** What the configuration says about a channel. */
export interface SlackPlace {
  readonly dialogId: DialogId;
  /** `off`: nothing is answered there, not even a mention. */
  readonly listen: 'mention' | 'all' | 'off';
  /** Stands above what Slack says of the asker and the channel. */
  readonly audience?: Audience;
}

export interface SlackListeningDeps {
  readonly settings: Omit<SlackClientSettings, 'botToken'>;
  readonly workspaces: SlackWorkspaces;
  readonly botTokenOf: BotTokenOf;
  /** Undefined where the one workspace's token stands in the configuration. */
  readonly installations?: Pick<SlackInstallations, 'removeRefused'> | undefined;
  readonly receiveQuestion: ReceiveQuestion;
  readonly editQuestion: EditQuestion;
  readonly cancelTurn: CancelTurn;
  readonly askAgain: AskAgain;
  readonly rateAnswer: RateAnswer;
  readonly conversations: Pick<ConversationStore, 'findConversation'>;
  readonly turns: Pick<TurnStore, 'getTurn' | 'hasAsked' | 'listTurns'>;
  readonly dialogs: Pick<DialogStore, 'listDialogs' | 'listKnowledgeBases'>;
  readonly placeOf: (channel: string) => SlackPlace;
  /** Whether who has asked in a thread is answered there without a mention. */
  readonly followUps: boolean;
  /** Whether a text that nobody put to us reads like a question. Pure. */
  readonly looksLikeQuestion: (text: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** With what the listeners share. */
export interface ListenerDeps extends SlackListeningDeps {
  readonly personOf: PersonOf;
  readonly audienceOf: AudienceOf;
  readonly tellPrivately: TellPrivately;
}
