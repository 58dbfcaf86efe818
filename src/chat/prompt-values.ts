/** Checks that a request brings what its dialog's prompt needs. */
import type { PromptParameter } from '../domain/dialog.ts';
import { BotError } from '../domain/errors.ts';

/** The reserved name of the passages. */
export const knowledgeKey = 'knowledge';

/**
 * The value of each parameter except `knowledge`; an optional one that is not given becomes one space, as in RAGFlow.
 * Throws `parameter_missing` with the name of the first required one that is not given.
 */
export const promptValues = (
  parameters: readonly PromptParameter[],
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  for (const { key, optional } of parameters) {
    if (key === knowledgeKey) continue;
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined && !optional)
      throw new BotError('parameter_missing', { details: { parameter: key } });
    values.set(key, value ?? ' ');
  }
  return values;
};
