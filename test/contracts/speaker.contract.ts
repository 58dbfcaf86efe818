/** What every Speaker does. A platform that cannot do something names the case in `skip` and says why. */
import { afterEach, beforeEach, test } from 'vitest';
import { extraCases } from './speaker-extras.ts';
import type { SpeakerHarness } from './speaker-harness.ts';
import { messageCases } from './speaker-messages.ts';

const cases = { ...messageCases, ...extraCases };

export type SpeakerCase = keyof typeof cases;

/** @param options.skip The cases that do not apply to the platform, each with the reason. */
export const describeSpeaker = (
  create: () => Promise<SpeakerHarness>,
  options: { readonly skip?: Partial<Record<SpeakerCase, string>> } = {},
): void => {
  let harness: SpeakerHarness;
  beforeEach(async () => {
    harness = await create();
  });
  afterEach(() => harness.dispose());

  for (const [name, run] of Object.entries(cases))
    if (options.skip?.[name as SpeakerCase] === undefined) test(name, () => run(harness));
};
