import { describe, expect, it } from 'vitest';
import { fillLinkTemplate } from '../../../src/knowledge/link-template.ts';

const template = 'https://git.example.com/docs/blob/main/{path}#{anchor}';

describe('fillLinkTemplate', () => {
  it.each([
    [{ path: 'people/leave.md', anchor: 'carry-over' }, 'people/leave.md#carry-over'],
    [{ path: 'people/leave.md', anchor: '' }, 'people/leave.md'],
    [{ path: 'a b/100%?#.md', anchor: 'x' }, 'a%20b/100%25%3F%23.md#x'],
    [
      { path: 'Größe/退款.md', anchor: '退款' },
      'Gr%C3%B6%C3%9Fe/%E9%80%80%E6%AC%BE.md#%E9%80%80%E6%AC%BE',
    ],
    [{ path: '{anchor}.md', anchor: '{path}' }, '%7Banchor%7D.md#%7Bpath%7D'],
    [{ path: "it's (new)!*.md", anchor: '' }, 'it%27s%20%28new%29%21%2A.md'],
    [{ path: 'half\uD800.md', anchor: '' }, 'half%EF%BF%BD.md'],
    [{ path: '$&.md', anchor: '$1' }, '%24%26.md#%241'],
  ])('fills %j', (place, end) => {
    expect(fillLinkTemplate(template, place)).toBe(`https://git.example.com/docs/blob/main/${end}`);
  });

  it('leaves other braces and other uses of the anchor alone', () => {
    expect(
      fillLinkTemplate('https://x.example/?p={path}&a={anchor}&v={v}', { path: 'a', anchor: '' }),
    ).toBe('https://x.example/?p=a&a=&v={v}');
  });
});
