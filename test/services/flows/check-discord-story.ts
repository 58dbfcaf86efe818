/** Judges one question of a storm by what Discord saw and what is stored, knowing nothing of how the product works. */
import { noticeFor } from '../../../src/domain/errors.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import type { RecordedCall } from '../../fakes/discord/call-log.ts';
import type { VisibleChange } from '../../fakes/discord/timeline.ts';
import { claim, isRefusal, type StoryOutcome, type Verdict, wordsOf } from './check-story.ts';

/** All that is known of a question. Times are on the fake's monotonic clock. */
export interface DiscordStory {
  readonly turn: Pick<Turn, 'id' | 'state' | 'open' | 'error' | 'parts'>;
  /** What the model wrote, without citations. */
  readonly answer: string;
  /** What the bot showed in the channel and the thread, oldest first. */
  readonly changes: readonly VisibleChange[];
  /** Of the asker's direct message with the bot. */
  readonly privateChanges: readonly VisibleChange[];
  /** About the channel, the thread or the asker's direct message, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** When a person took a message of the reply away. */
  readonly deletedAtMs?: number;
}

export const judgeDiscordStory = (story: DiscordStory): Verdict => {
  const outcome = outcomeOf(story);
  return {
    outcome,
    violations: [
      ...claim(!story.turn.open, `the turn is still ${story.turn.state}`),
      ...checkOutcome(story, outcome),
      ...checkPosts(story),
      ...checkAfterDeletion(story),
    ],
  };
};

const outcomeOf = ({ turn, deletedAtMs, privateChanges }: DiscordStory): StoryOutcome => {
  if (turn.open) return 'unended';
  if (deletedAtMs !== undefined) return 'taken away';
  if (turn.state === 'done') return 'complete';
  if (turn.state !== 'failed' || turn.error === undefined) return 'unended';
  if (!isRefusal(turn.error.code)) return 'told';
  return privateChanges.length > 0 ? 'told in private' : 'operator only';
};

const checkOutcome = (story: DiscordStory, outcome: StoryOutcome): readonly string[] => {
  const { turn, privateChanges, calls } = story;
  const standing = standingIn(story.changes);
  const words = standing.map(({ text }) => wordsOf(text)).join(' ');
  const wasRefused = calls.some(({ code }) => code !== undefined && code !== 0);
  switch (outcome) {
    case 'complete':
      return [
        ...claim(words === wordsOf(story.answer), `the answer is not whole: ${words.slice(-60)}`),
        ...claim(
          standing.map(({ id }) => id).join() ===
            turn.parts.map(({ platformId }) => platformId).join(),
          'what stands there is not what the turn knows of',
        ),
      ];
    case 'told':
      return claim(
        words !== '' && words === wordsOf(noticeFor(turn.error?.code ?? 'internal', turn.error)),
        `no plain sentence: ${words.slice(0, 60)}`,
      );
    case 'told in private':
      return [
        ...claim(privateChanges.length === 1, `told ${privateChanges.length} times in private`),
        ...claim(wasRefused, `${turn.error?.code}, and Discord refused nothing`),
      ];
    case 'operator only':
      return [
        ...claim(wasRefused, `${turn.error?.code}, and Discord refused nothing`),
        ...claim(isTellingRefused(calls), 'the asker was not told, and Discord did not refuse it'),
      ];
    case 'taken away':
      return claim(turn.state !== 'queued', `taken away and ${turn.state}`);
    case 'unended':
      return claim(turn.open, `${turn.state}, and nobody took anything away`);
  }
};

const telling: ReadonlySet<string> = new Set(['openDirectMessage', 'createMessage', 'editMessage']);

/** The last call of the story was the last try to tell, and Discord refused it. */
const isTellingRefused = (calls: readonly RecordedCall[]): boolean =>
  typeof calls.findLast(({ method }) => telling.has(method))?.code === 'number';

/** No message of the reply is posted a second time: as many as parts, and for each that could be edited no more one that was taken away. */
const checkPosts = ({ turn, changes, deletedAtMs }: DiscordStory): readonly string[] => {
  const posts = changes.filter(({ kind }) => kind === 'post').length;
  const removed = changes.filter(({ kind }) => kind === 'delete').length;
  const mayHaveLost = deletedAtMs !== undefined || turn.state !== 'done';
  if (mayHaveLost) return claim(posts <= 1 + removed, `${posts} posts`);
  return claim(
    posts === turn.parts.length + removed,
    `${posts} posts and ${removed} removals for ${turn.parts.length} parts`,
  );
};

/** After a person took the reply away nothing of it is seen again; a call that was under way may land. */
const checkAfterDeletion = ({ deletedAtMs, changes, calls }: DiscordStory): readonly string[] => {
  if (deletedAtMs === undefined) return [];
  const began = (change: VisibleChange): number =>
    calls.findLast(
      ({ atMs, isApplied, method }) => isApplied && telling.has(method) && atMs <= change.atMs,
    )?.atMs ?? change.atMs;
  return changes
    .filter(({ kind }) => kind !== 'delete')
    .filter((change) => change.atMs > deletedAtMs && began(change) > deletedAtMs)
    .map(({ kind }) => `a ${kind} after a person took the reply away`);
};

/** What stands at the end, oldest first. */
const standingIn = (changes: readonly VisibleChange[]): readonly VisibleChange[] => {
  const standing = new Map<string, VisibleChange>();
  for (const change of changes) {
    if (change.kind === 'delete') standing.delete(change.id);
    else standing.set(change.id, change);
  }
  return [...standing.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
};
