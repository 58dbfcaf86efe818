/** Finds what somebody presses in a message, and gives the action that Slack makes of it. */
import type { Json } from './message-json.ts';
import type { Block } from './workspace.ts';

export function pressedElement(
  blocks: readonly Block[],
  {
    actionId,
    choice,
  }: { readonly actionId: string; readonly choice?: 'positive' | 'negative' | undefined },
): Json {
  for (const block of blocks) {
    const { elements = [], accessory } = block as {
      readonly elements?: readonly Json[];
      readonly accessory?: Json;
    };
    const element = [...elements, ...(accessory ? [accessory] : [])].find(
      (each) => each['action_id'] === actionId,
    );
    if (!element) continue;
    const from =
      element['type'] === 'feedback_buttons' ? element[`${choice ?? 'no'}_button`] : element;
    if (!from) throw new Error(`say which of the feedback buttons ${actionId} is pressed`);
    const { text, value } = from as Json;
    return {
      ...{ type: element['type'], action_id: actionId, block_id: block['block_id'] ?? 'b0' },
      ...{ text, ...(value === undefined ? {} : { value }) },
    };
  }
  throw new Error(`the message holds no button ${actionId}`);
}
