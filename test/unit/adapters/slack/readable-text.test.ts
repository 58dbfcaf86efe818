import { expect, test } from 'vitest';
import { mentions, readableText } from '../../../../adapters/slack/readable-text.ts';

test.each([
  ['<@UBOT> how do I deploy?', 'how do I deploy?'],
  ['<@UBOT|footnote>   how?', 'how?'],
  ['hey <@UBOT> how?', 'hey how?'],
  ['<@UBOT>\nfirst line\nsecond line', 'first line\nsecond line'],
  ['<@UBOT>', ''],
  ['<@UBOT> <@UBOT>', ''],
  ['ask <@U1> or <@U2|ann>', 'ask @U1 or @ann'],
  ['in <#C1|general> and <#C2>', 'in #general and #C2'],
  ['<!here> <!channel> <!subteam^S1|@ops>', '@here @channel @ops'],
  ['<!date^1767603600^{date}|5 January>', '5 January'],
  ['see <https://a.example/?x=1&amp;y=2|the page>', 'see the page (https://a.example/?x=1&y=2)'],
  ['see <https://a.example>', 'see https://a.example'],
  ['see <http://a.example|a.example>', 'see http://a.example'],
  ['<mailto:ann@a.example|ann@a.example>', 'ann@a.example'],
  ['is 1 &lt; 2 &amp;&amp; 3 &gt; 2?', 'is 1 < 2 && 3 > 2?'],
  ['what is &lt;@UBOT&gt;?', 'what is <@UBOT>?'],
  ['what is &amp;lt;?', 'what is &lt;?'],
  ['a &nbsp; stays', 'a &nbsp; stays'],
])('reads %j as %j', (stored, typed) => {
  expect(readableText(stored, 'UBOT')).toBe(typed);
});

test('keeps every mention while the bot does not know itself', () => {
  expect(readableText('<@UBOT> how?', undefined)).toBe('@UBOT how?');
});

test('finds a mention with and without a name, and no other', () => {
  expect(mentions('hey <@UBOT>', 'UBOT')).toBe(true);
  expect(mentions('hey <@UBOT|footnote>', 'UBOT')).toBe(true);
  expect(mentions('hey <@UBOT2>, &lt;@UBOT&gt;', 'UBOT')).toBe(false);
});
