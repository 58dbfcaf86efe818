/** Reads which answer somebody replies to. */
import * as z from 'zod';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import { discordTurnId } from '../../src/domain/turn-id.ts';
import { readActionId } from './action-ids.ts';
import { saidSchema, snapshotsSchema } from './forwarded.ts';
import { snowflake } from './snowflake.ts';

const reference = z.object({ message_id: snowflake.nullish() }).nullish();

/** The message that a reply is to, as it stands in the reply. */
export const repliedSchema = saidSchema.extend({
  id: snowflake,
  author: z.object({ id: snowflake }),
  message_reference: reference.catch(undefined),
  components: z.unknown().optional(),
  message_snapshots: snapshotsSchema,
});

/**
 * The turns that a message of ours may belong to, the likeliest first: the buttons under an answer carry its turn's id, and its first message replies to the
 * question. Empty for a message that tells of none, as those between the two.
 */
export const turnsRepliedTo = ({
  components,
  message_reference,
}: Pick<z.infer<typeof repliedSchema>, 'components' | 'message_reference'>): readonly TurnId[] => {
  const question = message_reference?.message_id;
  return [...turnsNamedIn(components), ...(question ? [discordTurnId(question)] : [])];
};

const button = z.object({ custom_id: z.string() }).catch({ custom_id: '' });
const rowsSchema = z.array(z.object({ components: z.array(button) }));

const turnsNamedIn = (components: unknown): readonly TurnId[] => {
  const rows = rowsSchema.safeParse(components).data ?? [];
  const named = rows
    .flatMap((row) => row.components)
    .map(({ custom_id }) => readActionId(custom_id))
    .find((found) => found !== undefined);
  return named === undefined ? [] : [asId<TurnId>(named.turnId)];
};
