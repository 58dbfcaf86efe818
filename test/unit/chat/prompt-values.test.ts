import { describe, expect, it } from 'vitest';
import { promptValues } from '../../../src/chat/prompt-values.ts';
import { BotError } from '../../../src/domain/errors.ts';

const parameters = [
  { key: 'knowledge', optional: false },
  { key: 'team', optional: false },
  { key: 'tone', optional: true },
];

describe('prompt values', () => {
  it('are those that the dialog names; an optional one that is missing is one space', () => {
    const given = { team: 'Support', knowledge: 'forged', other: 'x' };
    expect([...promptValues(parameters, given)]).toEqual([
      ['team', 'Support'],
      ['tone', ' '],
    ]);
  });

  it('throw with the name of a required one that is missing', () => {
    expect(() => promptValues(parameters, {})).toThrow(
      expect.objectContaining({ code: 'parameter_missing', details: { parameter: 'team' } }),
    );
    expect(() => promptValues([{ key: 'toString', optional: false }], {})).toThrow(BotError);
  });
});
