/** The fake holds buttons to Slack's rules, and sees what in a message would reach somebody. */
import { describe, expect, it } from 'vitest';
import { livePings, liveTokens } from '../../fakes/slack/seen-text.ts';
import { callSlack, startWithWorld } from './fake-slack-setup.ts';

describe('buttons', () => {
  const button = (actionId: string) => ({
    ...{ type: 'button', text: { type: 'plain_text', text: 'Go' }, action_id: actionId },
  });
  const feedback = (more: object) => ({
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        positive_button: { text: { type: 'plain_text', text: 'Good' }, value: 'a', ...more },
        negative_button: { text: { type: 'plain_text', text: 'Bad' }, value: 'b' },
      },
    ],
  });
  const error = async (blocks: readonly object[]) => {
    const fake = await startWithWorld();
    return (await callSlack(fake, 'chat.postMessage', { channel: 'C1', blocks })).body.error;
  };

  it('have values, short labels and ids of their own', async () => {
    expect(await error([feedback({})])).toBeUndefined();
    expect(await error([feedback({ value: '' })])).toBe('invalid_blocks');
    expect(await error([feedback({ accessibility_label: 'x'.repeat(76) })])).toBe('invalid_blocks');
    expect(await error([feedback({ text: { type: 'mrkdwn', text: 'Good' } })])).toBe(
      'invalid_blocks',
    );
    expect(
      await error([{ type: 'actions', elements: [button('a'), button('b')] }]),
    ).toBeUndefined();
    expect(await error([{ type: 'actions', elements: [button('a'), button('a')] }])).toBe(
      'invalid_blocks',
    );
  });

  it('count towards the whole message with their values', async () => {
    const texts = [6_000, 5_500].map((length) => ({ type: 'markdown', text: 'x'.repeat(length) }));
    const valued = (length: number) => ({
      ...{ type: 'actions', elements: [{ ...button('a'), value: 'v'.repeat(length) }] },
    });
    expect(await error([...texts, valued(1_000)])).toBeUndefined();
    expect(await error([...texts, valued(1_600)])).toBe('msg_blocks_too_long');
  });
});

describe('live tokens', () => {
  const inBlocks = (text: string) => ({ text: '', blocks: [{ type: 'markdown', text }] });
  it.each([
    ['<!channel> <@U1> <!subteam^S1|ops>', ['<!channel>', '<@U1>', '<!subteam^S1|ops>']],
    ['[x](!channel) and [y]: @U1', ['<!channel>', '<@U1>']],
    ['`[x](!channel)`\n```\n[y](!here)\n```', []],
    ['a ` tick\n\n[x](!channel)\n\nand ` another', ['<!channel>']],
    ['\\`[x](!channel)\\` and\n\n``` a`b\n\n[y](!here)', ['<!channel>', '<!here>']],
    ['    [x](!channel)', ['<!channel>']],
    ['&lt;!channel&gt; @here ＜!channel＞', []],
  ])('of %j in a markdown block', (text, tokens) => {
    expect(livePings(inBlocks(text))).toEqual(tokens);
  });

  it('are elements of their own in rich text, where no text is read', () => {
    const inside = [
      { type: 'text', text: '<!channel>' },
      { type: 'broadcast', range: 'here' },
      { type: 'user', user_id: 'U1' },
    ];
    const section = { type: 'rich_text_section', elements: inside };
    const blocks = [{ type: 'rich_text', elements: [section] }];
    expect(livePings({ text: '', blocks })).toEqual(['<!here>', '<@U1>']);
  });

  it('stand in every text, on buttons and in the fallback too', () => {
    const blocks = [
      {
        type: 'actions',
        elements: [{ type: 'button', text: { type: 'plain_text', text: '<@U1>' } }],
      },
    ];
    expect(liveTokens({ text: '<!here> <#C1> <https://a|b>', blocks })).toEqual([
      '<!here>',
      '<#C1>',
      '<https://a|b>',
      '<@U1>',
    ]);
  });
});
