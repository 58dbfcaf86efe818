/** Judges one question of a storm by what Slack saw and what is stored, knowing nothing of how the product works. */
import { noticeFor } from '../../../src/domain/errors.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import type { RecordedCall } from '../../fakes/slack/call-log.ts';
import type { VisibleChange } from '../../fakes/slack/timeline.ts';
import type { Block } from '../../fakes/slack/workspace.ts';

/** All that is known of a question. Times are on the fake's monotonic clock. */
export interface Story {
  readonly turn: Pick<Turn, 'id' | 'state' | 'open' | 'error' | 'parts'>;
  /** What the model wrote, without citations. */
  readonly answer: string;
  /** Of the thread, oldest first. */
  readonly changes: readonly VisibleChange[];
  /** Of the asker's direct message with the bot. */
  readonly privateChanges: readonly VisibleChange[];
  /** About the thread's channel or the asker's direct message, oldest first. */
  readonly calls: readonly RecordedCall[];
  /** When a person took a message of the reply away. */
  readonly deletedAtMs?: number;
}

/**
 * `complete`: the whole answer stands there, once. `told`: a plain sentence stands there in its place. `told in private`: the place refused us.
 * `operator only`: Slack refused even that. `taken away`: a person deleted the reply. `unended`: none of these.
 */
export type StoryOutcome =
  | 'complete'
  | 'told'
  | 'told in private'
  | 'operator only'
  | 'taken away'
  | 'unended';

export interface Verdict {
  readonly outcome: StoryOutcome;
  /** One sentence each; empty when everything is as it must be. */
  readonly violations: readonly string[];
}

export const checkStory = (story: Story): Verdict => {
  const outcome = outcomeOf(story);
  return {
    outcome,
    violations: [
      ...checkEnd(story),
      ...checkOutcome(story, outcome),
      ...checkPosts(story),
      ...checkAfterDeletion(story),
    ],
  };
};

const outcomeOf = ({ turn, deletedAtMs, privateChanges }: Story): StoryOutcome => {
  if (turn.open) return 'unended';
  if (deletedAtMs !== undefined) return 'taken away';
  if (turn.state === 'done') return 'complete';
  if (turn.state !== 'failed') return 'unended';
  if (turn.error === undefined) return 'unended';
  if (isRefusal(turn.error.code)) {
    return privateChanges.some(({ byBot }) => byBot) ? 'told in private' : 'operator only';
  }
  return 'told';
};

/** Codes by which the platform refuses: the asker cannot be told where they asked. */
export const isRefusal = (code: string): boolean => code.startsWith('platform_');

const checkEnd = ({ turn }: Story): readonly string[] =>
  turn.open ? [`the turn is still ${turn.state}`] : [];

const checkOutcome = (story: Story, outcome: StoryOutcome): readonly string[] => {
  const { turn } = story;
  const standing = standingIn(story);
  const words = standing.map((message) => wordsOf(answerText(message))).join(' ');
  switch (outcome) {
    case 'complete':
      return [
        ...claim(words === wordsOf(story.answer), `the answer is not whole: ${words.slice(-60)}`),
        ...claim(
          same(
            standing.map(({ ts }) => ts),
            turn.parts.map(({ platformId }) => platformId),
          ),
          'what stands there is not what the turn knows of',
        ),
      ];
    case 'told': {
      const sentence = wordsOf(noticeFor(turn.error?.code ?? 'internal'));
      return claim(
        sentence !== '' && words === sentence,
        `no plain sentence: ${words.slice(0, 60)}`,
      );
    }
    case 'told in private': {
      const told = story.privateChanges.filter(({ byBot }) => byBot);
      return [
        ...claim(told.length === 1, `told ${told.length} times in private`),
        ...claim(
          told.every(({ text }) => isSentence(text)),
          'told no plain sentence in private',
        ),
        ...checkRefused(story),
      ];
    }
    case 'operator only':
      return [
        ...checkRefused(story),
        ...claim(
          isEveryTellingRefused(story),
          'the asker was not told, and Slack did not refuse it',
        ),
      ];
    case 'taken away':
      return claim(
        turn.state === 'cancelled' || turn.state === 'done' || turn.state === 'failed',
        `taken away and ${turn.state}`,
      );
    case 'unended':
      return claim(turn.open, `${turn.state}, and nobody took anything away`);
  }
};

/** A reply may be given up as refused only when Slack refused a call about it. */
const checkRefused = ({ turn, calls }: Story): readonly string[] =>
  claim(
    calls.some(({ error }) => error !== undefined && !passing.has(error)),
    `${turn.error?.code}, and Slack refused nothing`,
  );

/** What Slack answers when the same call may succeed later. */
const passing: ReadonlySet<string> = new Set(['ratelimited', 'internal_error']);

/** The last call of the story was the last try to tell, and Slack refused it. */
const isEveryTellingRefused = ({ calls }: Story): boolean => {
  const last = calls.findLast(({ method }) => telling.has(method));
  return last?.error !== undefined && !passing.has(last.error);
};

const telling: ReadonlySet<string> = new Set([
  'conversations.open',
  'chat.postMessage',
  'chat.postEphemeral',
  'chat.update',
]);

/** No part of the reply is posted a second time. */
const checkPosts = ({ turn, changes }: Story): readonly string[] => {
  const parts = changes
    .filter(({ byBot, kind }) => byBot && kind === 'post')
    .map(({ metadata }) => metadata?.event_payload);
  const ofOthers = parts.filter((payload) => payload?.['turn'] !== turn.id);
  const indexes = parts.map((payload) => payload?.['part']);
  const twice = indexes.filter((index, at) => indexes.indexOf(index) < at);
  return [
    ...claim(ofOthers.length === 0, `${ofOthers.length} posts that do not say whose they are`),
    ...twice.map((index) => `part ${index} was posted again`),
  ];
};

/** After a person took the reply away nothing of it is seen again; a call that was under way may land. */
const checkAfterDeletion = ({ deletedAtMs, changes, calls }: Story): readonly string[] => {
  if (deletedAtMs === undefined) return [];
  const began = (change: VisibleChange): number =>
    calls.findLast(
      ({ atMs, isApplied, method }) => isApplied && isWrite(method) && atMs <= change.atMs,
    )?.atMs ?? change.atMs;
  return changes
    .filter(({ byBot, kind }) => byBot && (kind === 'post' || kind === 'update'))
    .filter((change) => change.atMs > deletedAtMs && began(change) > deletedAtMs)
    .map(({ kind }) => `a ${kind} after a person took the reply away`);
};

const isWrite = (method: string): boolean => method.startsWith('chat.');

/** The bot's messages that stand at the end, oldest first. */
const standingIn = ({ changes }: Story): readonly VisibleChange[] => {
  const standing = new Map<string, VisibleChange>();
  for (const change of changes.filter(({ byBot }) => byBot)) {
    if (change.kind === 'delete') standing.delete(change.ts);
    else if (change.kind !== 'ephemeral') standing.set(change.ts, change);
  }
  return [...standing.values()].toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
};

/** What is answer in a message, and not a button below it. */
const answerText = ({ text, blocks }: VisibleChange): string =>
  blocks === undefined ? text : blocks.filter(isText).map(textOf).join('\n');

const isText = ({ type }: Block): boolean => type === 'markdown' || type === 'section';

const textOf = ({ text }: Block): string =>
  typeof text === 'string' ? text : String((text as { readonly text?: unknown })?.text ?? '');

/** Without the list of sources, footnotes and marks: the words alone, as anybody would read them out. */
export const wordsOf = (text: string): string =>
  text
    .replace(/\n+(?:\*\*)?(?:Sources|Looked at)(?:\*\*)?\n[\s\S]*$/, '')
    .replace(/ ?\[\[?\d+\]?\](?:\([^)\s]*\))?/g, '')
    .replaceAll(/&(?:lt|gt|amp);/g, '')
    .replace(/[*_`~\u200B]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

const isSentence = (text: string): boolean => text.trim() !== '' && !/[_…]$/.test(text.trim());

const same = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((one, index) => one === right[index]);

export const claim = (holds: boolean, otherwise: string): readonly string[] =>
  holds ? [] : [otherwise];
