/** Keeps the documents true: whatever they name exists, and what exists and must be named is named. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { slug } from 'github-slugger';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { installPaths } from '../adapters/slack/install-paths.ts';
import { botScopes } from '../adapters/slack/permissions.ts';
import { parseConfigFile } from '../src/config/config-file.ts';
import { settings, settingsToCome } from '../src/config/settings.ts';
import { errorTable } from '../src/domain/errors.ts';
import { asId } from '../src/domain/ids.ts';
import { metricTable } from '../src/domain/metrics.ts';
import { chunkDocument } from '../src/knowledge/chunk-document.ts';
import { fillLinkTemplate } from '../src/knowledge/link-template.ts';
import { renderFinal } from '../src/reply/render-final.ts';
import {
  envExample,
  errorsTable,
  manifestBlock,
  metricsTable,
  permissionsTable,
  scopesTable,
  settingsTable,
} from '../tools/print-docs.ts';
import { buildReference, buildScoredChunk } from './fakes/build.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const filesIn = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
    .filter((file) => /\.\w+$/.test(file));

const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesIn('docs').filter((file) => file.endsWith('.md')),
].map((file) => ({ file, text: read(file) }));
const allText = documents.map(({ text }) => text).join('\n');

const sources = ['src', 'adapters', 'jobs', 'app'].flatMap(filesIn).map((file) => read(file));
const allSource = sources.join('\n');

const fence = /^```(\w*)\n([\s\S]*?)^```/gm;
const fencedBlocks = (text: string) =>
  [...text.matchAll(fence)].map(([, language = '', body = '']) => ({ language, body }));
const inlineCode = (text: string): readonly string[] =>
  [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
const between = (text: string, from: string, to: string): string => {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  if (start < 0 || end < 0) throw new Error(`no text between ${from} and ${to}`);
  return text.slice(start + from.length, end).trim();
};
const matches = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]);
const unique = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted();
/** Of every document, what `find` finds in it and `isTrue` refuses. */
const faults = (
  find: (text: string, file: string) => readonly string[],
  isTrue: (found: string, file: string) => boolean,
): readonly string[] =>
  documents.flatMap(({ file, text }) =>
    find(text, file)
      .filter((found) => !isTrue(found, file))
      .map((found) => `${file}: ${found}`),
  );

const topFolders = 'src|adapters|jobs|app|test|tools|bench|docs|examples';
const pathLike = /^\.?[\w-]+(?:\/[\w.-]+)+\/?$|^[\w.-]+\.(?:md|json|ya?ml|ts)$/;
const pathsIn = (text: string): readonly string[] => [
  ...inlineCode(text).filter((code) => pathLike.test(code)),
  ...fencedBlocks(text)
    .filter(({ language }) => language === '')
    .flatMap(({ body }) => matches(body, new RegExp(`\\b(?:${topFolders})/[\\w./-]*\\w`, 'g'))),
];
/** The reader writes the first, and is given the last. */
const isTheReaders = (name: string): boolean =>
  ['footnote.yaml', 'dist/', 'answer.md'].includes(name);

describe('paths', () => {
  it('named in a document exist', () => {
    expect(
      faults(pathsIn, (name) => isTheReaders(name) || existsSync(path.join(root, name))),
    ).toEqual([]);
  });

  it('linked from a document exist, with their headings', () => {
    const targets = (text: string) => matches(text, /\]\((?!https?:)([^)\s]+)\)/g);
    expect(
      faults(targets, (target, file) => {
        const [name = '', anchor] = target.split('#');
        const linked = path.join(root, name === '' ? file : path.join(path.dirname(file), name));
        if (!existsSync(linked)) return false;
        if (anchor === undefined) return true;
        const headings = matches(readFileSync(linked, 'utf8'), /^#+ (.+)$/gm).map((one) =>
          slug(one),
        );
        return headings.includes(anchor);
      }),
    ).toEqual([]);
  });

  it('of documents named in the sources exist', () => {
    const named = unique(matches(allSource, /(?<![\w-])docs\/[\w./-]*\w/g));
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });

  it('of a machine, and hosts that are not ours to name, do not occur', () => {
    const machine = /(?:^|[\s`'"(=])(\/(?:work|home|root|tmp|opt|mnt|usr|Users)\/[^\s`]*)/gm;
    const hosts =
      /^(?:127\.0\.0\.1|localhost|(?:[\w-]+\.)*example(?:\.com)?|(?:(?:api|docs)\.)?slack\.com|(?:docs\.)?discord\.com|api\.openai\.com|github\.com)$/;
    expect(
      faults(
        (text) => matches(text, machine),
        () => false,
      ),
    ).toEqual([]);
    expect(
      faults(
        (text) => matches(text, /https?:\/\/([\w.-]+)/g),
        (host) => hosts.test(host),
      ),
    ).toEqual([]);
  });
});

describe('settings', () => {
  const known = new Set([...settings.map((one) => one.name), ...settingsToCome]);
  const names = /\b(?:FOOTNOTE|SLACK|DISCORD|MONGODB|REDIS|OPENAI|OPENSEARCH)_[A-Z_]+\b/g;

  it('named in a document exist', () => {
    const ofTests = new Set(
      ['test/run.ts', 'test/property-tests.ts'].flatMap((file) => matches(read(file), names)),
    );
    expect(
      faults(
        (text) => matches(text, names),
        (name) => known.has(name) || ofTests.has(name),
      ),
    ).toEqual([]);
  });

  it('of docker compose and the image exist', () => {
    const named = unique(matches(read('docker-compose.yml') + read('Dockerfile'), names));
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('stand in docs/configuration.md as the code prints them', () => {
    const table = between(read('docs/configuration.md'), '<!-- settings -->', '<!-- /settings -->');
    expect(table).toBe(settingsTable());
  });

  it('stand in .env.example as the code prints them', () => {
    expect(read('.env.example')).toBe(envExample());
  });

  it('of the configuration files shown are valid', () => {
    const yaml = (file: string) =>
      fencedBlocks(read(file)).flatMap(({ language, body }) => (language === 'yaml' ? [body] : []));
    const shown = yaml('docs/configuration.md');
    expect(shown.length).toBeGreaterThan(0);
    /** Some show only what they tell about; a whole file has dialogs too. */
    const inParts = yaml('docs/discord.md').map((body) =>
      body.includes('dialogs:') ? body : `dialogs: { default: {} }\n${body}`,
    );
    for (const text of [...shown, ...inParts, read('examples/footnote.yaml')])
      expect(parseConfigFile(text, 'footnote.yaml')).not.toHaveProperty('faults');
  });
});

describe('error codes', () => {
  const codes = new Set(Object.keys(errorTable));
  const families = new Set([...codes].map((code) => code.split('_')[0]));

  it('named in a document exist', () => {
    const codeLike = (text: string) =>
      inlineCode(text).filter(
        (code) =>
          /^[a-z]+(?:_[a-z]+)+$/.test(code) &&
          !code.endsWith('_id') &&
          families.has(code.split('_')[0]),
      );
    expect(faults(codeLike, (code) => codes.has(code))).toEqual([]);
  });

  it('stand in docs/errors.md as the code prints them', () => {
    const table = between(read('docs/errors.md'), '<!-- errors -->', '<!-- /errors -->');
    expect(table).toBe(errorsTable());
  });
});

describe('metrics', () => {
  it('stand in docs/operations.md as the code prints them', () => {
    const table = between(read('docs/operations.md'), '<!-- metrics -->', '<!-- /metrics -->');
    expect(table).toBe(metricsTable());
  });

  it('named in a document exist', () => {
    const named = (text: string) => matches(text, /\bfootnote_[a-z_]+/g);
    expect(faults(named, (name) => name in metricTable)).toEqual([]);
  });

  it('are all counted somewhere', () => {
    const counted = matches(allSource, /\bmetrics\s*\.\w+\(\s*'(footnote_[a-z_]+)'/g);
    expect(unique(counted)).toEqual(unique(Object.keys(metricTable)));
  });
});

describe('commands', () => {
  const shellLines = (text: string) =>
    fencedBlocks(text)
      .filter(({ language }) => language === 'sh')
      .flatMap(({ body }) => body.split('\n'));
  const commandLines = (text: string) => [...shellLines(text), ...inlineCode(text)];
  const cli = read('app/cli.ts');
  const commands = unique(matches(cli, /\bprogram\s*\.command\('(\w+)'/g));
  const scripts = unique(Object.keys(JSON.parse(read('package.json')).scripts));

  it('of footnote that are named exist', () => {
    const named = (text: string) =>
      commandLines(text).flatMap((line) =>
        matches(line, /^(?:npm run footnote -- |npx footnote |footnote )(\w+)/g),
      );
    expect(faults(named, (name) => commands.includes(name))).toEqual([]);
    expect(unique(named(read('README.md')))).toEqual(commands);
  });

  it('of npm that are named exist, and CONTRIBUTING.md names them all', () => {
    const named = (text: string) => [
      ...matches(text, /\bnpm run ([\w:]+)/g),
      ...matches(text, /\bnpm (start|test)\b/g),
    ];
    expect(faults(named, (name) => scripts.includes(name))).toEqual([]);
    expect(unique(named(read('CONTRIBUTING.md')))).toEqual(scripts);
  });
});

describe('code', () => {
  it('named by an identifier is there', () => {
    const configuration = ['tsconfig.json', 'biome.json', 'package.json', 'vitest.config.ts']
      .map(read)
      .join('\n');
    const identifiers = (text: string) =>
      inlineCode(text).filter((code) => /^[a-z]+(?:[A-Z][a-z0-9]*)+$/.test(code));
    /** Of compilers, named because they are not used. */
    const refused = new Set(['isolatedDeclarations']);
    expect(
      faults(
        identifiers,
        (name) => refused.has(name) || new RegExp(`\\b${name}\\b`).test(allSource + configuration),
      ),
    ).toEqual([]);
  });

  it('serves every route that is named, and README.md names every route', () => {
    const http = filesIn('adapters/http').map(read).join('\n');
    const served = unique(matches(http, /\bapp\.(?:get|post)\('(\/[\w/]{2,})'/g));
    const elsewhere = [
      ...matches(allSource, /path: '(\/[\w/]+)'/g),
      ...Object.values(installPaths),
    ];
    const routes = (text: string) =>
      matches(text, /(?<![\w./])(\/(?:v1|slack)\/[\w/]*\w|\/metrics|\/\w+z)\b/g);
    expect(faults(routes, (name) => [...served, ...elsewhere].includes(name))).toEqual([]);
    const inReadme = routes(read('README.md').replaceAll('http://127.0.0.1:3000', ''));
    expect(unique(inReadme)).toEqual(unique([...served, ...elsewhere]));
  });

  it('writes every log line that docs/operations.md explains, and no other', () => {
    const tables = between(read('docs/operations.md'), '## Log lines', '## Backup');
    const explained = tables
      .split('\n')
      .flatMap((line) => inlineCode(line.startsWith('| ') ? (line.split('|')[1] ?? '') : ''));
    const lifetime = ['started', 'stopping', 'stopped'];
    const written = [
      ...matches(allSource, /\blog(?:\.(?:info|warn|error)|\[[^(]*\])\(\s*'([^']+)'/g),
      ...matches(allSource, /\b(?:lost|back): '([^']+)'/g),
      ...matches(allSource, /\bevent:\s*'([^']+ [^']+)'/g),
    ];
    expect(unique([...explained, ...lifetime])).toEqual(unique(written));
  });
});

describe('docs/slack.md', () => {
  const text = read('docs/slack.md');

  it('shows the manifest as the code prints it', () => {
    expect(between(text, '<!-- manifest -->', '<!-- /manifest -->')).toBe(manifestBlock());
  });

  it('explains the scopes as the code lists them, and names no other', () => {
    expect(between(text, '<!-- scopes -->', '<!-- /scopes -->')).toBe(scopesTable());
    const named = inlineCode(text).filter((code) => /^[a-z_]+:[a-z_.]+$/.test(code));
    const known = new Set([...botScopes, 'connections:write']);
    expect(named.filter((scope) => !known.has(scope))).toEqual([]);
  });
});

describe('docs/discord.md', () => {
  it('explains the permissions as the code lists them', () => {
    const text = read('docs/discord.md');
    expect(between(text, '<!-- permissions -->', '<!-- /permissions -->')).toBe(permissionsTable());
  });
});

describe('README.md', () => {
  it('shows an answer as it is rendered over the sample handbook', () => {
    const page = 'engineering/deploy-staging.md';
    const markdown = read(`examples/handbook/${page}`);
    const { title, chunks } = chunkDocument(
      { format: 'markdown', text: markdown, path: page },
      { countTokens: (text) => text.length / 4, maxTokens: 512 },
    );
    const found = chunks.find(({ text }) => text.includes('every Sunday'));
    const link: string = parse(read('examples/footnote.yaml')).knowledge.handbook.sources[0].link;
    const linkTo = (anchor = '') => fillLinkTemplate(link, { path: page, anchor });
    const chunk = buildScoredChunk({
      ...found,
      documentId: asId('staging'),
      documentTitle: title,
      url: linkTo(found?.place.anchor),
      sections: found?.sections.map((one) => ({ ...one, url: linkTo(one.place.anchor) })) ?? [],
    });
    const text =
      'The staging database is wiped and filled again every Sunday at 03:00 UTC [ID:0]. If you need your test data for longer, add it to the seed repository [ID:0].';
    for (const sentence of text.split(' [ID:0].').filter(Boolean))
      expect(markdown).toContain(sentence.trim());
    const {
      parts: [reply],
    } = renderFinal(
      { text, reference: buildReference({ chunks: [chunk] }) },
      { measure: (one) => one.length, maxPart: 12_000, maxParts: 5 },
    );
    const shown = between(read('README.md'), '<!-- sample -->', '<!-- /sample -->').replace(
      /^> ?/gm,
      '',
    );
    const { answerable } = parse(read('examples/handbook-questions.yaml'));
    expect(answerable.map(({ question }: { question: string }) => question)).toContain(
      between(shown, '@Footnote ', '\n'),
    );
    expect(shown.slice(shown.indexOf('**Footnote**\n') + '**Footnote**\n'.length)).toBe(reply);
  });
});

describe('decisions', () => {
  const decisions = filesIn('docs/decisions');

  it('are numbered without a gap', () => {
    const numbers = decisions.map((file) => Number(path.basename(file).slice(0, 4)));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(decisions.map((_, index) => index + 1));
  });

  it.each(decisions)('%s says what it must', (file) => {
    const headings = matches(read(file), /^\*\*([^*]+)\.\*\*/gm);
    expect(headings).toEqual([
      'Context',
      'Decision',
      'Alternatives',
      'Consequences',
      'How we would know it was wrong',
    ]);
  });
});

describe('ARCHITECTURE.md', () => {
  it('stays at 150 lines', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThanOrEqual(150);
  });

  it('lists every folder of the core', () => {
    const folders = readdirSync(path.join(root, 'src')).map((name) => `src/${name}`);
    expect(inlineCode(read('ARCHITECTURE.md'))).toEqual(expect.arrayContaining(folders));
  });
});

describe('the glossary', () => {
  it('has one row a word', () => {
    const words = matches(read('docs/glossary.md'), /^\| ([^|]+) \|/gm).flatMap((cell) =>
      cell.split(', '),
    );
    expect(words.length).toBe(new Set(words).size);
  });
});

describe('all documents', () => {
  it('leave nothing for later', () => {
    expect(allText.match(/\b(?:TODO|FIXME|TBD|XXX)\b/g)).toBeNull();
  });
});
