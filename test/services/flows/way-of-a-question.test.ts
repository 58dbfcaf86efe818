/** One question on the real parts, from the signed event to the footnotes, and the transcript of it in docs/lifecycle.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, splitTokens } from '../../fakes/openai/chat-script.ts';
import { citePassages } from './cite-passages.ts';
import { sectionBehind } from './handbook-source.ts';
import { turnIdOf, turnInState } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const page = path.resolve(import.meta.dirname, '../../../docs/lifecycle.md');
const channel = 'C0PEOPLE';
const question =
  'I fell ill on my holiday. Do I get the days back, and by when do I have to report it?';
const backDays = 'the days are credited back once you hand in a doctor';
const firstDay = 'Message your team lead before 09:30 local time on the first day';
/** What the model writes; it is held still at the end of each piece, so that a reader sees what stands there. */
const pieces = [
  'Yes, the days come',
  ` back: **they are credited`,
  ` as soon as you hand in a doctor's note** {${backDays}}.\n\n- Report the illness`,
  ` on its first day: message your team lead before **09:30 local time** {${firstDay}}.`,
] as const;

describe('the way of a question on real parts', () => {
  let world: World;
  let asked: Awaited<ReturnType<World['slack']['mention']>>;
  let storedAtAck: string | undefined;
  /** What stood in the bot's message: the first post, each time the model was held, and the end. */
  const seen: string[] = [];

  beforeAll(async () => {
    world = await startWorld({
      testFileUrl: import.meta.url,
      slack: { limits: 'on', echoOwn: true },
    });
    const { slack, model } = world;
    slack.addUser({ id: 'U0ADA', name: 'ada' });
    slack.addChannel({ id: channel, name: 'people' });
    await Promise.all([world.startApi(), world.startWorker()]);

    model.respond((request) => answer(citePassages(request, pieces.join(''))));
    const holds = pieces.map((_piece, index) =>
      model.stopAt({ call: 1, afterChunks: tokensOf(pieces.slice(0, index + 1)) }),
    );
    asked = await slack.mention({ channel, user: 'U0ADA', text: question });
    const { turns } = await world.openStore();
    storedAtAck = (await turns.getTurn(turnIdOf(world, asked)))?.question.text;

    const standing = () => slack.botMessages(channel, asked.threadTs)[0]?.text ?? '';
    for (const [index, hold] of holds.entries()) {
      await hold.reached;
      const end = plain(pieces[index] ?? '').slice(-12);
      await slack.waitFor(() => plain(standing()).endsWith(end), { timeoutMs: 20_000 });
      seen.push(standing());
      hold.release();
    }
    await turnInState(world, { id: turnIdOf(world, asked), state: 'done' });
    const { ts } = slack.botMessages(channel, asked.threadTs)[0] ?? { ts: '' };
    seen.unshift(slack.growth(channel, ts)[0] ?? '');
    seen.push(standing());
  });
  afterAll(() => world?.close());

  it('acknowledges the signed events after the turn is stored', () => {
    expect(asked.deliveries.map(({ eventType, status }) => [eventType, status])).toEqual([
      ['app_mention', 200],
      ['message', 200],
    ]);
    expect(storedAtAck).toBe(question);
  });

  it('shows one message that only grows, by at least three edits before the final', () => {
    const [message, ...others] = world.slack.botMessages(channel, asked.threadTs);
    expect(others).toEqual([]);
    const growth = world.slack.growth(channel, message?.ts ?? '');
    const words = growth.filter((text) => !isStatus(text));
    expect(growth.slice(0, growth.length - words.length).every(isStatus)).toBe(true);
    expect(words.length).toBeGreaterThanOrEqual(4);
    for (const [index, text] of words.slice(1).entries()) {
      expect(text.startsWith(withoutClosing(words[index] ?? ''))).toBe(true);
      expect(text.length).toBeGreaterThan(words[index]?.length ?? 0);
    }
  });

  it('ends with footnotes whose links lead to the passages that are cited', () => {
    const [body = '', list = ''] = (seen.at(-1) ?? '').split('\n\n**Sources**\n');
    const inText = [...body.matchAll(/\[\[(\d)\]\]\((\S+?)\)/g)].map(([, ...found]) => found);
    const listed = [...list.matchAll(/^(\d)\. \[.+\]\((\S+?)\)/gm)].map(([, ...found]) => found);
    expect(inText.map(([number]) => number)).toEqual(['1', '2']);
    expect(listed).toEqual(inText);
    const [first, second] = listed.map(([, url = '']) => sectionBehind(url));
    expect(first).toContain(backDays);
    expect(second).toContain(firstDay);
  });

  it('leaves a turn that says what was answered, on what, in one attempt', async () => {
    const { turns } = await world.openStore();
    const turn = await turns.getTurn(turnIdOf(world, asked));
    expect(turn).toMatchObject({ state: 'done', open: false, attempt: 1, deliveries: 1 });
    expect(turn?.parts).toHaveLength(1);
    expect(turn?.answer?.text).toMatch(/doctor's note\*\* \[ID:\d\]\.\n/);
    expect(turn?.reference?.chunks.some(({ text }) => text.includes(backDays))).toBe(true);
    expect(turn?.usage?.estimated).toBe(false);
  });

  it('is what docs/lifecycle.md shows', () => {
    const [start, end] = ['<!-- transcript -->\n', '<!-- /transcript -->'];
    const text = readFileSync(page, 'utf8');
    const from = text.indexOf(start) + start.length;
    const to = text.indexOf(end);
    const transcript = renderTranscript();
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(page, text.slice(0, from) + transcript + text.slice(to));
    }
    expect(readFileSync(page, 'utf8')).toContain(start + transcript + end);
  });

  const renderTranscript = (): string => {
    const states = seen.map((text, index): [string, string] => {
      if (index === 0) return ['**footnote**', text];
      return [`**footnote**, ${index === seen.length - 1 ? 'the end' : 'edited'}`, text];
    });
    const quoted = [['**ada**', `@footnote ${question}`], ...states].map(([who, text]) =>
      `${who}\n\n${text}`.replaceAll(/^/gm, '> ').replaceAll(/ +$/gm, ''),
    );
    return `${[leftOut, ...quoted].join('\n\n')}\n`;
  };
});

const leftOut =
  'Names stand for ids. Times are left out, and so are the edits between two moments at which the model was held still: they follow the pace of the machine.';

const tokensOf = (parts: readonly string[]): number =>
  splitTokens(parts.join('').replace(/\{[^{}]+\}/g, '[ID:0]')).length;

const isStatus = (text: string): boolean => /^_[^_]+…_$/.test(text);

/** Without what closes half-open Markdown at the end. */
const withoutClosing = (text: string): string => text.replace(/[*_`~\s]+$/, '');

/** The words alone, without marks, links and citations. */
const plain = (text: string): string =>
  text
    .replace(/ ?\[\[\d\]\]\(\S+?\)| ?\{[^{}]+\}/g, '')
    .replace(/[*_\s]+/g, ' ')
    .trim();
