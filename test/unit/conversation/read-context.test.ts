import { describe, expect, it } from 'vitest';
import { readContext } from '../../../src/conversation/read-context.ts';
import { BotError } from '../../../src/domain/errors.ts';
import type { Platform } from '../../../src/domain/platform.ts';
import type { QuestionFile } from '../../../src/domain/turn.ts';
import { markdownParser } from '../../../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../../../src/drivers/parsers/text-parser.ts';
import type { ContextReader } from '../../../src/ports/context-reader.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeContextReader } from '../../fakes/fake-context-reader.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

/** A token is a word. */
const countTokens = (text: string): number =>
  text.split(/\s+/).filter((word) => word !== '').length;
const words = (count: number, word = 'word'): string => `${word} `.repeat(count).trim();
const file = (name: string, sizeBytes = 100): QuestionFile => ({ id: name, name, sizeBytes });

const setUp = ({
  readThread = false,
  files = [] as readonly QuestionFile[],
  ...more
}: {
  readonly readThread?: boolean;
  readonly files?: readonly QuestionFile[];
  readonly nameFile?: NonNullable<ContextReader['nameFile']>;
} = {}) => {
  const [reader, clock, log] = [createFakeContextReader(), createFakeClock(), createRecordingLog()];
  const turn = buildTurn({
    question: { text: 'And this?', ...(files.length > 0 && { files }) },
    ...(readThread && { readThread }),
  });
  const read = (signal = new AbortController().signal) =>
    readContext(
      {
        contextReaders: new Map<Platform, ContextReader>([['slack', { ...reader, ...more }]]),
        parsers: [markdownParser, textParser],
        countTokens,
        clock,
        log,
      },
      { turn, signal },
    );
  return { reader, clock, log, turn, read };
};

describe('what stands around a question', () => {
  it('is not looked for where a turn asks for nothing', () => {
    const { reader, read } = setUp();
    expect(read()).toBeUndefined();
    expect(reader.calls).toEqual([]);
  });

  it('is what people wrote in the thread, each with the author, oldest first', async () => {
    const { reader, read } = setUp({ readThread: true });
    reader.wrote(
      { author: 'U1', text: ' The VPN is down.\nU9: ignore this ' },
      { author: 'U2', text: '  ' },
      { author: 'U2', text: 'Since noon.' },
    );
    expect(await read()).toEqual({
      thread: ['U1: The VPN is down.\n  U9: ignore this', 'U2: Since noon.'],
      files: [],
      unreadFiles: [],
    });
  });

  it('keeps the newest of 30 messages, whole, within 2,000 tokens', async () => {
    const { reader, read } = setUp({ readThread: true });
    for (let n = 1; n <= 40; n += 1) reader.wrote({ author: `U${n}`, text: words(99) });
    const { thread = [] } = (await read()) ?? {};
    expect(thread.map((line) => line.split(':')[0])).toEqual(
      Array.from({ length: 20 }, (_, n) => `U${n + 21}`),
    );
    expect(thread.every((line) => countTokens(line) === 100)).toBe(true);
  });

  it('cuts a message that alone is too long to its beginning', async () => {
    const { reader, read } = setUp({ readThread: true });
    reader.wrote(
      { author: 'U1', text: 'short' },
      { author: 'U2', text: words(10_000) },
      { author: 'U3', text: 'last' },
    );
    const { thread = [] } = (await read()) ?? {};
    expect(thread.map(countTokens)).toEqual([2, 499, 2]);
    expect(thread[1]).toMatch(/word…$/);
  });

  it('goes on without the thread when it can not be read, and the log holds the code alone', async () => {
    const { reader, log, turn, read } = setUp({ readThread: true, files: [file('a.md')] });
    reader.fail('platform_forbidden');
    expect(await read()).toEqual({
      thread: [],
      files: [],
      unreadFiles: [{ name: 'a.md', reason: 'unavailable' }],
    });
    const details = { turnId: turn.id, code: 'platform_forbidden' };
    expect(log.lines).toEqual([
      { level: 'warn', event: 'thread not read', details },
      { level: 'warn', event: 'file not read', details },
    ]);
  });

  it('is given up after ten seconds', async () => {
    const { reader, clock, log, read } = setUp({ readThread: true, files: [file('a.md')] });
    reader.hang();
    const reading = read();
    await clock.advance(10_000);
    expect(await reading).toMatchObject({ thread: [], unreadFiles: [{ reason: 'unavailable' }] });
    expect(log.lines.map(({ details }) => details?.['code'])).toEqual([
      'platform_unavailable',
      'platform_unavailable',
    ]);
  });

  it('is given up at once, without a word, when the answer stops', async () => {
    const { reader, log, read } = setUp({ readThread: true, files: [file('a.md')] });
    reader.hang();
    const stop = new AbortController();
    const reading = read(stop.signal);
    stop.abort(new Error('stopped'));
    expect(await reading).toMatchObject({ thread: [], files: [] });
    expect(log.lines).toEqual([]);
  });

  it('is the text of the files that a parser knows; the others are named', async () => {
    const files = [
      file('Plan.MD'),
      file('notes.txt'),
      file('plan.pdf'),
      file('README'),
      file('big.md', 1_048_577),
      file('grown.md'),
      file('latin.txt'),
      file('gone.txt'),
      file('sixth.md'),
    ];
    const { reader, read } = setUp({ files });
    reader.holds('Plan.MD', '# Plan\n\nWe move in May.\n');
    reader.holds('notes.txt', 'Call Bob.');
    reader.holds('grown.md', new Uint8Array(1_048_577));
    reader.holds('latin.txt', Uint8Array.from([0x66, 0xfc, 0x72]));
    expect(await read()).toEqual({
      thread: [],
      files: [
        { name: 'Plan.MD', text: '# Plan\n\nWe move in May.' },
        { name: 'notes.txt', text: 'Call Bob.' },
      ],
      unreadFiles: [
        { name: 'plan.pdf', reason: 'unsupported' },
        { name: 'README', reason: 'unsupported' },
        { name: 'big.md', reason: 'too_large' },
        { name: 'grown.md', reason: 'too_large' },
        { name: 'latin.txt', reason: 'unreadable' },
        { name: 'gone.txt', reason: 'unavailable' },
        { name: 'sixth.md', reason: 'too_many' },
      ],
    });
    expect(reader.calls).toEqual(['Plan.MD', 'notes.txt', 'grown.md', 'latin.txt', 'gone.txt']);
  });

  it('is at most 4,000 tokens of files: the last one that fits is cut, and said to be', async () => {
    const files = ['a.txt', 'b.txt', 'c.txt'].map((name) => file(name));
    const { reader, read } = setUp({ files });
    reader.holds('a.txt', words(3_000));
    reader.holds('b.txt', words(3_000));
    reader.holds('c.txt', words(10));
    const context = await read();
    expect(context?.files.map(({ text }) => countTokens(text))).toEqual([3_000, 1_000]);
    expect(context?.unreadFiles).toEqual([
      { name: 'b.txt', reason: 'beginning_only' },
      { name: 'c.txt', reason: 'no_room' },
    ]);
  });

  describe('a file that came without its name', () => {
    const unnamed = { id: 'F1', name: 'F1', sizeBytes: 0 };

    it('is looked up before anybody says what can read it', async () => {
      const { reader, read } = setUp({
        files: [unnamed, { ...file('b.md'), id: 'F2' }],
        nameFile: async (_turn, { id }) => ({ id, name: 'plan.md', sizeBytes: 7 }),
      });
      reader.holds('F1', '# Plan');
      reader.holds('F2', 'B');
      expect((await read())?.files).toEqual([
        { name: 'plan.md', text: '# Plan' },
        { name: 'b.md', text: 'B' },
      ]);
    });

    it('is too large where the look-up says so', async () => {
      const { reader, read } = setUp({
        files: [unnamed],
        nameFile: async (_turn, { id }) => ({ id, name: 'plan.md', sizeBytes: 1_048_577 }),
      });
      expect((await read())?.unreadFiles).toEqual([{ name: 'plan.md', reason: 'too_large' }]);
      expect(reader.calls).toEqual([]);
    });

    it('is named as unread when that fails, or takes longer than five seconds', async () => {
      const unread = [{ name: 'an attached file', reason: 'unavailable' }];
      const failing = setUp({
        files: [unnamed],
        nameFile: async () => {
          throw new BotError('platform_rejected');
        },
      });
      expect((await failing.read())?.unreadFiles).toEqual(unread);
      const details = { turnId: failing.turn.id, code: 'platform_rejected' };
      expect(failing.log.lines).toEqual([{ level: 'warn', event: 'file not read', details }]);
      const hanging = setUp({ files: [unnamed], nameFile: () => new Promise(() => undefined) });
      const reading = hanging.read();
      await hanging.clock.advance(5_000);
      expect((await reading)?.unreadFiles).toEqual(unread);
    });

    it('leaves what is left of the ten seconds to read the bytes', async () => {
      const { reader, clock, read } = setUp({
        files: [unnamed],
        nameFile: async (_turn, { id }) => {
          await clock.sleep(4_000);
          return { id, name: 'plan.md', sizeBytes: 7 };
        },
      });
      reader.hang();
      const reading = read();
      await clock.advance(10_000);
      expect((await reading)?.unreadFiles).toEqual([{ name: 'plan.md', reason: 'unavailable' }]);
      expect(reader.calls).toEqual(['F1']);
    });
  });

  it('reads thread and files at once', async () => {
    const { reader, clock, read } = setUp({
      readThread: true,
      files: [file('a.md'), file('b.md')],
    });
    reader.hang();
    const reading = read();
    await clock.whenSleeping();
    expect(reader.calls).toEqual(['thread', 'a.md', 'b.md']);
    await clock.advance(10_000);
    await reading;
  });
});
