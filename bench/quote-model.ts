/**
 * How often the quote model is rightly and wrongly silent: the whole pipeline over the sample handbook, as `npm start` runs it without a key.
 *
 * `npx tsx bench/quote-model.ts`; about a minute.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { createConfigDialogs } from '../app/config-dialogs.ts';
import { createAsyncChat } from '../src/chat/async-chat.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { openChunkIndex } from '../src/drivers/libsql/open-chunk-index.ts';
import { createLocalEmbedder } from '../src/drivers/local-embedder/local-embedder.ts';
import { markdownParser } from '../src/drivers/parsers/markdown-parser.ts';
import { createQuoteModel, quoteModelSays } from '../src/drivers/quote-model/quote-model.ts';
import { createFolderSource } from '../src/drivers/sources/folder-source.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import { createPinoLog } from '../src/drivers/system/pino-log.ts';
import { createSystemClock } from '../src/drivers/system/system-clock.ts';
import { defaultMaxTokens } from '../src/knowledge/chunk-document.ts';
import { syncSource } from '../src/knowledge/sync-source.ts';
import { printTable } from './print-table.ts';

const examples = path.resolve(import.meta.dirname, '../examples');

interface Questions {
  readonly answerable: readonly {
    readonly id: string;
    readonly question: string;
    readonly sentence: string;
  }[];
  readonly unanswerable: readonly { readonly id: string; readonly question: string }[];
}

/** Prints the table; fails when fewer than 80 % of the unanswerable are refused or more than 10 % of the answerable. */
export const benchQuoteModel = async (): Promise<void> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-bench-'));
  const embedder = createLocalEmbedder();
  const index = openChunkIndex({
    path: path.join(folder, 'chunks.db'),
    embeddingModel: embedder.model,
  });
  try {
    const ask = await openPipeline(embedder, index);
    const file = await readFile(path.join(examples, 'handbook-questions.yaml'), 'utf8');
    const { answerable, unanswerable }: Questions = parse(file);
    const refused: string[] = [];
    const quoted: string[] = [];
    for (const { id, question, sentence } of answerable) {
      const answer = await ask(question);
      if (isRefusal(answer)) refused.push(id);
      else if (squeeze(answer).includes(squeeze(sentence))) quoted.push(id);
    }
    const answered: string[] = [];
    for (const { id, question } of unanswerable) {
      if (!isRefusal(await ask(question))) answered.push(id);
    }
    const abstained = unanswerable.length - answered.length;
    printTable(
      'The quote model on the sample handbook',
      ['', 'of', 'count', 'share', 'which'],
      [
        row('rightly silent', { of: unanswerable.length, count: abstained, which: [] }),
        row('answered without ground', {
          of: unanswerable.length,
          count: answered.length,
          which: answered,
        }),
        row('wrongly silent', { of: answerable.length, count: refused.length, which: refused }),
        row('the very sentence quoted', { of: answerable.length, count: quoted.length, which: [] }),
      ],
    );
    if (abstained < 0.8 * unanswerable.length) throw new Error('too seldom silent');
    if (refused.length > 0.1 * answerable.length) throw new Error('too often silent');
  } finally {
    await index.close();
    await rm(folder, { recursive: true });
  }
};

const openPipeline = async (
  embedder: ReturnType<typeof createLocalEmbedder>,
  index: ReturnType<typeof openChunkIndex>,
) => {
  const file = path.join(examples, 'footnote.yaml');
  const loaded = loadConfig({
    env: {},
    file: { text: await readFile(file, 'utf8'), path: file },
    sample: true,
  });
  if ('faults' in loaded) throw new Error(loaded.faults.join('; '));
  const { config } = loaded;
  for (const base of config.knowledge) {
    for (const source of base.sources) {
      await syncSource(
        {
          source: createFolderSource({ ...source, root: source.folder }),
          parsers: [markdownParser],
          embedder,
          writer: index,
        },
        {
          knowledgeBaseId: base.id,
          chunking: { countTokens: countCl100kTokens, maxTokens: defaultMaxTokens },
        },
      );
    }
  }
  const log = createPinoLog({ level: 'silent', to: 'stderr' });
  const chat = createAsyncChat({
    model: createQuoteModel({ embedder, log }),
    embedder,
    search: index,
    dialogs: createConfigDialogs(config),
    countTokens: countCl100kTokens,
    clock: createSystemClock(),
    log,
  });
  return async (question: string): Promise<string> => {
    const [dialog] = config.dialogs;
    if (dialog === undefined) throw new Error('no dialog');
    const signal = new AbortController().signal;
    const messages = [{ role: 'user', content: question } as const];
    for await (const event of chat(dialog, messages, { audience: 'team', signal })) {
      if (event.type === 'final') {
        return event.answer === dialog.prompt.emptyResponse ? '' : event.answer;
      }
    }
    throw new Error('no answer');
  };
};

const isRefusal = (answer: string): boolean =>
  answer === '' || answer.includes(quoteModelSays.nothingFits);

/** Without citation marks, escapes and line breaks, which the answer adds. */
const squeeze = (text: string): string => text.replaceAll(/\[ID:\d+\]|[\\*_`]|\s+/g, '');

const row = (
  name: string,
  {
    of,
    count,
    which,
  }: { readonly of: number; readonly count: number; readonly which: readonly string[] },
): readonly string[] => [
  name,
  String(of),
  String(count),
  `${Math.round((100 * count) / of)} %`,
  which.join(' '),
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchQuoteModel();
