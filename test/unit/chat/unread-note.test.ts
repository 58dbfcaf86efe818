import { describe, expect, it } from 'vitest';
import { cleanHistory } from '../../../src/chat/clean-history.ts';
import { unreadNote, withoutUnreadNote } from '../../../src/chat/unread-note.ts';

describe('the note about unread files', () => {
  it('is empty when every file was read', () => {
    expect(unreadNote([])).toBe('');
  });

  it('names each file and why', () => {
    expect(
      unreadNote([
        { name: 'plan.pdf', reason: 'unsupported' },
        { name: 'big.txt', reason: 'too_large' },
        { name: 'notes.md', reason: 'beginning_only' },
      ]),
    ).toBe(
      '_I could not read: `plan.pdf` (type not supported), `big.txt` (larger than 1 MiB)._\n\n_I read only the beginning of: `notes.md`._',
    );
  });

  it.each([
    ['<!channel> `x`.pdf', '`<!channel> x.pdf`'],
    ['[x](https://evil.example)\u202e.pdf', '`[x](https://evil.example).pdf`'],
    ['```\n', '`file`'],
    [`${'n'.repeat(300)}.pdf`, `\`${'n'.repeat(100)}\``],
  ])('keeps a name in its code span: %s', (name, span) => {
    const note = unreadNote([{ name, reason: 'unsupported' }]);
    expect(note).toBe(`_I could not read: ${span} (type not supported)._`);
  });

  it('goes out of the history, and nothing else does', () => {
    const note = unreadNote([
      { name: 'a.pdf', reason: 'unsupported' },
      { name: 'b.md', reason: 'beginning_only' },
    ]);
    expect(withoutUnreadNote(`You have 28 days.\n\n${note}`)).toBe('You have 28 days.');
    const cited = '_I could not read: the sign._ It was dark.';
    expect(withoutUnreadNote(cited)).toBe(cited);
    const history = cleanHistory([
      { role: 'user', content: 'q' },
      { role: 'assistant', content: `You have 28 days [ID:0].\n\n${note}` },
    ]);
    expect(history.at(-1)?.content).toBe('You have 28 days.');
  });
});
