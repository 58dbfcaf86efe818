/** Puts a reply's final shape, whatever stands: its messages, and the rest as a file; takes away what is left over. */
import { type BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import type { Reply, ReplyAction, ReplyFile } from '../ports/speaker.ts';
import type { EditAllowance } from './edit-allowance.ts';
import { type InsistOptions, insist } from './insist.ts';
import type { PartRecord } from './part-record.ts';
import { putFinal } from './put-final.ts';

export interface FinalReply {
  readonly messages: readonly string[];
  /** Offered on the last message. */
  readonly actions: readonly ReplyAction[];
  readonly file?: ReplyFile;
}

export interface PutAnswerDeps {
  readonly reply: Reply;
  readonly record: PartRecord;
  readonly edits: EditAllowance;
  readonly insisting: InsistOptions;
}

/**
 * Idempotent over take-overs: what the record knows is edited. Throws what cannot be helped, see `putFinal`.
 *
 * Resolves with why the file can't be attached, when the platform refuses it for good or for five minutes: then the messages stand, and behind them what stood.
 *
 * @param options.settled Texts that stand in their final shape, by index: such a part is not put again.
 * @param options.keepsFile Whether a file of the record holds this text; otherwise it is taken away first, for a file can't be edited.
 */
export const putAnswer = async (
  deps: PutAnswerDeps,
  final: FinalReply,
  options: { readonly settled: ReadonlyMap<number, string>; readonly keepsFile: boolean },
): Promise<BotError | undefined> => {
  const { reply, record, insisting } = deps;
  const { messages, file } = final;
  let isReplaced = false;
  for (const [index, markdown] of messages.entries()) {
    const actions = index === messages.length - 1 ? final.actions : [];
    if (actions.length === 0 && options.settled.get(index) === markdown) continue;
    if (record.at(index)?.kind !== undefined) await removePart(deps, index);
    const standing = record.at(index)?.platformId;
    const stands = standing !== undefined;
    const part = { index, markdown, actions };
    const platformId = await putFinal(reply, part, { ...insisting, edits: deps.edits, stands });
    isReplaced ||= stands && platformId !== standing;
    await record.save({ index, platformId });
  }
  if (file !== undefined) {
    const index = messages.length;
    const standing = record.at(index);
    const isKept = options.keepsFile && standing?.kind === 'file';
    if (standing !== undefined && !isKept) await removePart(deps, index);
    const refusal = isKept ? undefined : await attachFile(deps, index, file);
    if (refusal !== undefined) {
      // A file whose outcome is unknown may stand all the same.
      if (isReplaced || refusal.code === 'platform_unavailable') await removeReplaced(deps);
      return refusal;
    }
  }
  const end = messages.length + (file === undefined ? 0 : 1);
  await removeParts(deps, ({ index, kind }) => index >= end && kind !== 'ping');
  if (isReplaced) await removeReplaced(deps);
  return undefined;
};

/** What goes for messages too, so that none is to be tried in the file's place. */
const endsReply: ReadonlySet<ErrorCode> = new Set([
  'lease_lost',
  'reply_deleted',
  'store_unavailable',
]);

const attachFile = async (
  { reply, record, insisting }: PutAnswerDeps,
  index: number,
  file: ReplyFile,
): Promise<BotError | undefined> => {
  const { signal, shutdown } = insisting;
  let platformId: string;
  try {
    platformId = await insist(() => reply.putFile(index, file, { signal }), insisting);
  } catch (error) {
    signal.throwIfAborted();
    shutdown.throwIfAborted();
    const failure = toBotError(error);
    if (endsReply.has(failure.code)) throw failure;
    return failure;
  }
  await record.save({ index, platformId, kind: 'file' });
  return undefined;
};

/** A message that can't be edited can mostly be deleted; where not even that, the beginning of the answer stands above the whole. */
const removeReplaced = async ({ reply, insisting }: PutAnswerDeps): Promise<void> => {
  try {
    await insist(() => reply.removeStrays({ signal: insisting.signal }), insisting);
  } catch (error) {
    const { code } = toBotError(error);
    if (code !== 'reply_uneditable' && code !== 'platform_rejected') throw error;
  }
};

/** The last first, so that a reply never has a hole. */
export const removeParts = async (
  deps: PutAnswerDeps,
  isLeftOver: (part: { readonly index: number; readonly kind?: string }) => boolean,
): Promise<void> => {
  for (const { index } of deps.record.all().filter(isLeftOver).toReversed())
    await removePart(deps, index);
};

const removePart = async (
  { reply, record, insisting }: PutAnswerDeps,
  index: number,
): Promise<void> => {
  await insist(() => reply.removePart(index, { signal: insisting.signal }), insisting);
  await record.forget(index);
};
