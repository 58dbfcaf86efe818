/** What a thread begins with when a question was a command. */
import { expect, test } from 'vitest';
import { renderRoot } from '../../../../adapters/slack/root-message.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { findBlockFault } from '../../../fakes/slack/block-rules.ts';
import { livePings, seenText } from '../../../fakes/slack/seen-text.ts';
import type { Block } from '../../../fakes/slack/workspace.ts';

const root = (text: string, about?: string) => {
  const replyTo = { team: 'T1', channel: 'C1', user: 'U1' };
  const address = about === undefined ? replyTo : { ...replyTo, about };
  const content = renderRoot(buildTurn({ question: { text }, replyTo: address }), address);
  return { text: content.text, blocks: content.blocks as readonly Block[] };
};

test('says who asked what, and names nobody else', () => {
  const content = root('How do I reach <!channel> & <@U2>?');
  expect(seenText(content)).toBe('@U1 asked: How do I reach <!channel> & <@U2>?');
  expect(livePings(content)).toEqual(['<@U1>']);
  expect(content.text).toBe('How do I reach &lt;!channel&gt; &amp; &lt;@U2&gt;?');
});

test('leads to the message that the question is about', () => {
  const about = 'https://acme.slack.com/archives/C1/p1767603600000100?thread_ts=1.2&cid=C1';
  expect(seenText(root('Why?', about))).toBe(`@U1 asked about [this message](${about}): Why?`);
});

test.each([
  ['https://evil.example/archives/C1/p1'],
  ['https://acme.slack.com.evil.example/x'],
  ['https://acme.slack.com/x|your bank> <!channel'],
  ['javascript:alert(1)'],
  [`https://acme.slack.com/${'x'.repeat(400)}`],
])('leads nowhere else: %s', (about) => {
  expect(seenText(root('Why?', about))).toBe('@U1 asked: Why?');
});

test.each([
  ['a'],
  ['&'],
  ['漢'],
  ['👩‍👩‍👧‍👦'],
  ['<b> & '],
])('is one that Slack takes for the longest question of %s', (piece) => {
  const content = root(piece.repeat(Math.floor(16_000 / piece.length)));
  expect(findBlockFault(content.blocks)).toBeUndefined();
  expect(seenText(content)).toMatch(/…$/);
});

test('is not cut inside a character', () => {
  const shown = seenText(root('👩‍👩‍👧‍👦'.repeat(1_000))).replace(/^@U1 asked: /, '');
  expect(shown).toMatch(/^(👩‍👩‍👧‍👦)+…$/u);
});
