import { describe, expect, it } from 'vitest';
import { fillTemplate } from '../../../src/chat/fill-template.ts';

describe('a template', () => {
  it('is filled where it names what is given; stray braces survive', () => {
    const filled = fillTemplate(
      '{a} {} {"json": {x}} {{a}} { a } {unknown}',
      new Map([['a', '1']]),
    );
    expect(filled).toBe('1 {} {"json": {x}} {1} { a } {unknown}');
  });

  it('is filled in one pass: values are not looked into, and have no special characters', () => {
    const values = new Map([
      ['knowledge', '{user} $& $1'],
      ['user', 'secret'],
    ]);
    expect(fillTemplate('{knowledge}', values)).toBe('{user} $& $1');
  });
});
