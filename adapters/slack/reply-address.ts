/** Where on Slack a reply goes: what the listening half stores on the turn and the speaking half reads back. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { ReplyAddress } from '../../src/domain/platform.ts';

const schema = z.object({
  team: z.string(),
  channel: z.string(),
  /** The thread's root. */
  threadTs: z.string(),
  /** The question itself. */
  ts: z.string(),
  /** The asker. */
  user: z.string(),
});

export type SlackAddress = Readonly<z.infer<typeof schema>>;

/** Throws `internal` for an address that no Slack door wrote. */
export const readAddress = (replyTo: ReplyAddress): SlackAddress => {
  const parsed = schema.safeParse(replyTo);
  if (!parsed.success) throw new BotError('internal', { details: { address: 'slack' } });
  return parsed.data;
};
