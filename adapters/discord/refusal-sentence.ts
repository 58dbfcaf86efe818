/** What the rules of a place say to a person who pressed or typed something: there is always an answer to that. */
import { noticeFor } from '../../src/domain/errors.ts';
import type { Asking, Rules } from './rules.ts';

/** Judges, once. Undefined: go on. */
export const refusalSentence = (
  rules: Pick<Rules, 'judge' | 'waitMs'>,
  asking: Asking,
): string | undefined => {
  switch (rules.judge(asking)) {
    case 'allowed':
      return undefined;
    case 'asking_too_fast':
    case 'told_to_wait':
      return noticeFor('asking_too_fast', { retryAfterMs: rules.waitMs(asking) });
    case 'blocked':
    case 'asking_not_allowed':
      return noticeFor('asking_not_allowed');
  }
};
