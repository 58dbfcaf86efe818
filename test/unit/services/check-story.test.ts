import { describe, expect, it } from 'vitest';
import { noticeFor } from '../../../src/domain/errors.ts';
import type { TurnId } from '../../../src/domain/ids.ts';
import type { RecordedCall } from '../../fakes/slack/call-log.ts';
import type { VisibleChange } from '../../fakes/slack/timeline.ts';
import { checkStory, type Story } from '../../services/flows/check-story.ts';
import { fateOf, shareOf } from '../../services/flows/storm-faults.ts';

const id = 'slack-T1-C1-1.0' as TurnId;
const answer = 'Case 7 counts 1 2 3.';
const whole =
  'Case 7 counts 1 2 3. [[1]](https://a.example/b)\n\n**Sources**\n1. [B](https://a.example/b)';

const change = (
  kind: VisibleChange['kind'],
  text: string,
  more: Partial<VisibleChange> = {},
): VisibleChange => ({
  ...{
    kind,
    ts: '2.0',
    byBot: true,
    user: 'UBOT',
    text,
    pings: [],
    isEdited: false,
    reactions: [],
  },
  ...{ atMs: 10, teamId: 'T1', channel: 'C1' },
  ...(kind === 'post' && {
    metadata: { event_type: 'footnote_reply', event_payload: { turn: id, part: 0 } },
  }),
  ...more,
});
const call = (method: string, more: Partial<RecordedCall> = {}): RecordedCall => ({
  ...{ method, nth: 1, args: {}, teamId: 'T1', atMs: 5, status: 200 },
  ...{ isApplied: more.error === undefined, isClientGone: false },
  ...more,
});
const posted = change('post', '_Searching…_');
const done: Story = {
  turn: { id, state: 'done', open: false, parts: [{ index: 0, platformId: '2.0' }] },
  answer,
  changes: [
    posted,
    change('update', 'Case 7', { atMs: 20 }),
    change('update', whole, { atMs: 30 }),
  ],
  privateChanges: [],
  calls: [call('chat.postMessage'), call('chat.update', { atMs: 29 })],
};
const failedWith = (code: 'model_unavailable' | 'platform_forbidden'): Story['turn'] => ({
  ...done.turn,
  ...{ state: 'failed', error: { code } },
});
const refused = call('chat.update', { atMs: 25, error: 'is_archived' });
const notice = change('post', noticeFor('platform_forbidden'), { channel: 'D1' });

describe('a story that ended as it must', () => {
  it.each<readonly [string, Story, string]>([
    ['the whole answer', done, 'complete'],
    [
      'the whole answer in sections without markup, with a button below',
      {
        ...done,
        changes: [
          posted,
          change('update', '', {
            blocks: [
              { type: 'section', text: { type: 'mrkdwn', text: whole } },
              { type: 'actions', elements: [{ type: 'button', text: { text: 'Helpful' } }] },
            ],
          }),
        ],
      },
      'complete',
    ],
    [
      'a sentence in its place',
      {
        ...done,
        turn: failedWith('model_unavailable'),
        changes: [posted, change('update', noticeFor('model_unavailable'))],
      },
      'told',
    ],
    [
      'a sentence in private',
      {
        ...done,
        turn: failedWith('platform_forbidden'),
        changes: [posted],
        privateChanges: [notice],
        calls: [...done.calls, refused],
      },
      'told in private',
    ],
    [
      'nothing, where Slack refused even that',
      {
        ...done,
        turn: failedWith('platform_forbidden'),
        changes: [posted],
        calls: [refused, call('conversations.open', { atMs: 40, error: 'token_revoked' })],
      },
      'operator only',
    ],
    [
      'nothing, where a person took it away',
      {
        ...done,
        turn: { ...done.turn, state: 'cancelled' },
        changes: [posted, change('delete', '', { atMs: 21 })],
        deletedAtMs: 21,
      },
      'taken away',
    ],
    [
      'a part that landed after a deletion, its call begun before',
      {
        ...done,
        turn: { ...done.turn, state: 'cancelled' },
        changes: [
          posted,
          change('delete', '', { atMs: 21 }),
          change('update', 'x', { ts: '3.0', atMs: 22 }),
        ],
        calls: [call('chat.update', { atMs: 20 })],
        deletedAtMs: 21,
      },
      'taken away',
    ],
  ])('with %s has no violation', (_what, story, outcome) => {
    expect(checkStory(story)).toEqual({ outcome, violations: [] });
  });
});

describe('a violation is found', () => {
  const stories: readonly (readonly [string, Story, RegExp])[] = [
    [
      'an answer that stops early',
      { ...done, changes: [posted, change('update', 'Case 7 counts 1 2')] },
      /not whole/,
    ],
    [
      'an answer that stands twice in a message',
      { ...done, changes: [posted, change('update', `${answer} ${answer}`)] },
      /not whole/,
    ],
    [
      'a status below the answer',
      {
        ...done,
        changes: [...done.changes, change('post', '_Writing…_', { ts: '3.0', atMs: 31 })],
      },
      /not whole/,
    ],
    [
      'a part posted twice, the first of them taken back',
      {
        ...done,
        turn: { ...done.turn, parts: [{ index: 0, platformId: '3.0' }] },
        changes: [posted, change('post', whole, { ts: '3.0' }), change('delete', '', { atMs: 40 })],
      },
      /part 0 was posted again/,
    ],
    [
      'a message that the turn does not know of',
      { ...done, turn: { ...done.turn, parts: [] } },
      /not what the turn knows of/,
    ],
    [
      'a post that does not say whose it is',
      {
        ...done,
        changes: [
          { ...posted, metadata: { event_type: 'x', event_payload: {} } },
          ...done.changes.slice(1),
        ],
      },
      /do not say whose/,
    ],
    [
      'a post after a deletion',
      {
        ...done,
        changes: [
          ...done.changes,
          change('delete', '', { atMs: 40 }),
          change('post', whole, { ts: '3.0', atMs: 50 }),
        ],
        calls: [...done.calls, call('chat.postMessage', { atMs: 49 })],
        deletedAtMs: 40,
      },
      /a post after a person took the reply away/,
    ],
    [
      'an open turn',
      { ...done, turn: { ...done.turn, open: true, state: 'running' } },
      /still running/,
    ],
    [
      'a cancelled turn that nobody cancelled',
      { ...done, turn: { ...done.turn, state: 'cancelled' } },
      /nobody took anything away/,
    ],
    [
      'a half answer that stands where a sentence should',
      { ...done, turn: failedWith('model_unavailable') },
      /no plain sentence/,
    ],
    [
      'a turn given up as refused that nobody refused',
      { ...done, turn: failedWith('platform_forbidden'), privateChanges: [notice] },
      /Slack refused nothing/,
    ],
    [
      'somebody who is told twice in private',
      {
        ...done,
        turn: failedWith('platform_forbidden'),
        privateChanges: [notice, notice],
        calls: [refused],
      },
      /told 2 times in private/,
    ],
    [
      'somebody who is not told at all',
      {
        ...done,
        turn: failedWith('platform_forbidden'),
        calls: [refused, call('chat.update', { atMs: 26 })],
      },
      /the asker was not told/,
    ],
  ];

  it.each(stories)('%s', (_what, story, violation) => {
    expect(checkStory(story).violations).toContainEqual(expect.stringMatching(violation));
  });
});

describe('the fate of a call', () => {
  const fates = (seed: number) =>
    Array.from({ length: 5_000 }, (_none, index) =>
      fateOf({ method: 'chat.update' }, { seed, subject: `C${index % 50}`, nth: index }),
    );

  it('is the same in every run of a seed, and another one with another seed', () => {
    expect(fates(1)).toEqual(fates(1));
    expect(fates(1)).not.toEqual(fates(2));
  });

  it('is evenly drawn: one call of eight fails', () => {
    const failed = fates(3).filter((fate) => fate !== undefined).length;
    expect(failed / 5_000).toBeGreaterThan(0.1);
    expect(failed / 5_000).toBeLessThan(0.15);
    expect(shareOf('a')).not.toBe(shareOf('b'));
  });

  it('never takes away a message by a call that is about none', () => {
    const kinds = Array.from({ length: 3_000 }, (_none, nth) =>
      fateOf({ method: 'users.info' }, { seed: 1, subject: 'U1', nth }),
    ).flatMap((fate) => fate?.kind ?? []);
    expect(new Set(kinds)).toEqual(new Set(['failure']));
  });
});
