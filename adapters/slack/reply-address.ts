/** Where on Slack a reply goes: what the listening half stores on the turn and the speaking half reads back. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { ReplyAddress } from '../../src/domain/platform.ts';

const schema = z.object({
  team: z.string(),
  /** The organisation, where the app is installed for all of it. */
  enterprise: z.string().optional(),
  channel: z.string(),
  /** The thread's root. Absent: the question was a command, and its thread is still to be made. */
  threadTs: z.string().optional(),
  /** The question itself, or the message of ours that stands for a command. */
  ts: z.string().optional(),
  /** Permalink of the message that a shortcut was used on. */
  about: z.string().optional(),
  /** The asker. */
  user: z.string(),
});

export type SlackAddress = Readonly<z.infer<typeof schema>>;

/** As a turn stores it: what is absent is left out. */
export const writeAddress = (address: SlackAddress): ReplyAddress =>
  Object.fromEntries(
    Object.entries(address).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** Throws `internal` for an address that no Slack door wrote. */
export const readAddress = (replyTo: ReplyAddress): SlackAddress => {
  const parsed = schema.safeParse(replyTo);
  if (!parsed.success) throw new BotError('internal', { details: { address: 'slack' } });
  return parsed.data;
};
