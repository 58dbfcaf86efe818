/** What stands in MongoDB, field by field: fences and leases too, which the ports show to nobody. */
import { createConnection } from 'mongoose';
import { slackTurnId } from '../../../src/domain/turn-id.ts';
import type { ConversationDocument } from '../../../src/drivers/mongo/conversation-schema.ts';
import { createMongoModels } from '../../../src/drivers/mongo/mongo-models.ts';
import type { TurnDocument } from '../../../src/drivers/mongo/turn-schema.ts';
import { until } from './until.ts';

/** A question as the fake Slack sent it. */
export interface Asked {
  readonly channel: string;
  readonly ts: string;
}

export interface StoredQuestion {
  readonly turn: TurnDocument;
  readonly conversation: ConversationDocument;
}

export interface StoredDocuments {
  /** Rejects when there is no such turn. */
  read(asked: Asked): Promise<StoredQuestion>;
  /** Resolves with the first state that fits; rejects after `timeoutMs` (default 20,000). */
  when(
    asked: Asked,
    fits: (stored: StoredQuestion) => boolean,
    options: { readonly what: string; readonly timeoutMs?: number },
  ): Promise<StoredQuestion>;
  close(): Promise<void>;
}

export const openStoredDocuments = async (mongodbUrl: string): Promise<StoredDocuments> => {
  const connection = await createConnection(mongodbUrl, { autoIndex: false }).asPromise();
  const { turns, conversations } = createMongoModels(connection);

  const read = async ({ channel, ts }: Asked): Promise<StoredQuestion> => {
    const id = slackTurnId({ team: 'T0FAKE', channel, ts });
    const turn = await turns.findById(id).orFail().lean<TurnDocument>();
    const conversation = await conversations
      .findById(turn.conversationId)
      .orFail()
      .lean<ConversationDocument>();
    return { turn, conversation };
  };
  return {
    read,
    when: (asked, fits, options) =>
      until(async () => {
        const stored = await read(asked);
        return fits(stored) && stored;
      }, options),
    close: () => connection.close(),
  };
};
