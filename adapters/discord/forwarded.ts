/** Reads what a forwarded message holds: its own text is empty, and what was forwarded stands in it as a snapshot. */
import * as z from 'zod';
import { snowflake } from './snowflake.ts';

const name = z.string().nullish();
/** Somebody who is named in a message. */
export const person = z.object({ id: snowflake, username: name, global_name: name });

/** What a message says, its own or the one that it forwards. */
export const saidSchema = z.object({
  content: z.string().nullish(),
  mentions: z.array(person).nullish().catch(undefined),
  attachments: z.unknown().optional(),
});
export type Said = z.infer<typeof saidSchema>;

/** Of a message: absent where nothing was forwarded, or nothing that we know. */
export const snapshotsSchema = z
  .array(z.object({ message: saidSchema }))
  .nullish()
  .catch(undefined);

/** The forwarded message; Discord does not say who wrote it. Undefined when nothing was forwarded. @see https://docs.discord.com/developers/resources/message#message-snapshot-object */
export const forwardedIn = (message: {
  readonly message_snapshots?: z.infer<typeof snapshotsSchema>;
}): Said | undefined => message.message_snapshots?.[0]?.message;
