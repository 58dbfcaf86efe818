/** What a wake-up carries through Redis, checked when it comes out. */
import { z } from 'zod';
import { asId, type ConversationId, isConversationId } from '../src/domain/ids.ts';

export const wakeUpSchema = z.object({
  conversationId: z
    .string()
    .refine(isConversationId)
    .transform(asId<ConversationId>),
});

export type WakeUp = z.infer<typeof wakeUpSchema>;
