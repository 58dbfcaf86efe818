/**
 * The state that a modal is sent with; Slack's client lets nobody send what the inputs forbid.
 * @see https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 */
import type { Json } from './message-json.ts';
import type { View } from './view-rules.ts';

export function filledState(view: View, inputs: Readonly<Record<string, string>>): Json {
  const values: Json = {};
  const unknown = new Set(Object.keys(inputs));
  for (const block of view.blocks) {
    if (block.type !== 'input') continue;
    const blockId = String(block['block_id']);
    const element = block['element'] as Json;
    unknown.delete(blockId);
    const value = inputs[blockId] ?? element['initial_value'] ?? null;
    const length = String(value ?? '').length;
    if (length === 0 && block['optional'] !== true) throw new Error(`${blockId} must be filled`);
    if (length > Number(element['max_length'] ?? 3000)) throw new Error(`${blockId} is too long`);
    values[blockId] = {
      [String(element['action_id'])]: { type: element['type'], value: value === '' ? null : value },
    };
  }
  if (unknown.size > 0) throw new Error(`the modal has no input ${[...unknown].join(', ')}`);
  return values;
}
