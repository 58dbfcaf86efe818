/** Translates what mongoose and its driver throw. */
import { Error as MongooseError, mongo } from 'mongoose';
import { BotError, safeCause, toBotError } from '../../domain/errors.ts';

/** The same function, which rejects with `store_unavailable` where the database failed and with `internal` where we did. */
export const guarded =
  <Input extends unknown[], Output>(call: (...input: Input) => Promise<Output>) =>
  async (...input: Input): Promise<Output> => {
    try {
      return await call(...input);
    } catch (error) {
      throw toStoreError(error);
    }
  };

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.code === 11_000;

const toStoreError = (error: unknown): BotError =>
  !(error instanceof BotError) && isOfTheStore(error)
    ? new BotError('store_unavailable', { cause: safeCause(error) })
    : toBotError(error);

/** Whatever the driver or mongoose says, but for a document that does not fit its schema. */
const isOfTheStore = (error: unknown): boolean =>
  error instanceof mongo.MongoError ||
  (error instanceof MongooseError &&
    !(error instanceof MongooseError.ValidationError) &&
    !(error instanceof MongooseError.CastError) &&
    !(error instanceof MongooseError.StrictModeError));
