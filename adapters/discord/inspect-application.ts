/** Asks Discord whose token it is, and which privileged intents its application may use. */
import { ApplicationFlags, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import type { DiscordApi } from './discord-call.ts';

export interface InspectedApplication {
  readonly id: string;
  /** The bot's user, as people see it and as servers know it. */
  readonly bot: { readonly id: string; readonly name: string };
  /** Whether Message Content is switched on in the developer portal. */
  readonly mayReadMessages: boolean;
}

const applicationSchema = z.object({ id: z.string(), flags: z.int().default(0) });
const userSchema = z.object({ id: z.string(), username: z.string() });

/**
 * Two calls. Throws what they throw.
 *
 * @see https://docs.discord.com/developers/resources/application#application-object-application-flags
 */
export const inspectApplication = async ({
  call,
}: Pick<DiscordApi, 'call'>): Promise<InspectedApplication> => {
  const [application, user] = await Promise.all([
    call({ method: 'GET', route: Routes.currentApplication() }, { answer: applicationSchema }),
    call({ method: 'GET', route: Routes.user() }, { answer: userSchema }),
  ]);
  const { GatewayMessageContent, GatewayMessageContentLimited } = ApplicationFlags;
  return {
    id: application.id,
    bot: { id: user.id, name: user.username },
    mayReadMessages:
      (application.flags & (GatewayMessageContent | GatewayMessageContentLimited)) !== 0,
  };
};
