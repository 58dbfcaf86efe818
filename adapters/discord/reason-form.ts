/** The form that asks what was wrong with an answer, and what comes back of it. */
import { ComponentType, TextInputStyle } from 'discord-api-types/v10';
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import { maxReasonLengthChars } from '../../src/domain/turn.ts';
import { writeActionId } from './action-ids.ts';

/**
 * The rating is noted by then; what is typed here is its reason, and may be nothing.
 *
 * @see https://docs.discord.com/developers/components/reference#label
 */
export const reasonForm = (turnId: TurnId) => ({
  custom_id: writeActionId('reason', turnId),
  title: 'What was wrong?',
  components: [
    {
      type: ComponentType.Label,
      label: 'What was wrong or missing?',
      description: 'Whoever runs this assistant reads it. Your rating is noted already.',
      component: {
        type: ComponentType.TextInput,
        custom_id: 'reason',
        style: TextInputStyle.Paragraph,
        required: false,
        max_length: maxReasonLengthChars,
      },
    },
  ],
});

const input = z.object({ value: z.string() });
/** An input stands in a label, or, in forms of the old kind, in a row. */
const sentSchema = z.tuple(
  [
    z.union([
      z.object({ component: input }).transform(({ component }) => component.value),
      z
        .object({ components: z.tuple([input], z.unknown()) })
        .transform(({ components }) => components[0].value),
    ]),
  ],
  z.unknown(),
);

/** What was typed; empty for nothing, and for a form that is not ours. */
export const readReason = (components: unknown): string =>
  sentSchema.safeParse(components).data?.[0] ?? '';
