/** Prints the documents that follow from the code: `npx tsx tools/print-docs.ts` writes the tables of docs/configuration.md, docs/errors.md and docs/operations.md, manifest and scopes in docs/slack.md, permissions in docs/discord.md, and .env.example. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { permissions } from '../adapters/discord/permissions.ts';
import { botScopes, purposesOf } from '../adapters/slack/permissions.ts';
import { printManifest } from '../app/slack-manifest.ts';
import { type Setting, settings } from '../src/config/settings.ts';
import { errorTable } from '../src/domain/errors.ts';
import { metricTable } from '../src/domain/metrics.ts';

const root = path.resolve(import.meta.dirname, '..');

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

export const settingsTable = (): string =>
  [
    '| setting | meaning | default |',
    '|---|---|---|',
    ...settings.map((one) => `| \`${one.name}\` | ${one.meaning} | ${code(one.default)} |`),
  ].join('\n');

export const errorsTable = (): string =>
  [
    '| code | may pass by itself | level | the person reads |',
    '|---|---|---|---|',
    ...Object.entries(errorTable).map(
      ([name, row]) =>
        `| \`${name}\` | ${row.retryable ? 'yes' : 'no'} | ${row.level} | ${row.notice || 'nothing'} |`,
    ),
  ].join('\n');

export const scopesTable = (): string =>
  [
    '| scope | needed |',
    '|---|---|',
    ...botScopes.map((scope) => `| \`${scope}\` | ${purposesOf(scope).join('; ')} |`),
  ].join('\n');

export const permissionsTable = (): string =>
  [
    '| permission | needed |',
    '|---|---|',
    ...permissions.map(({ name, purpose, onlyFor }) => {
      const only = onlyFor === undefined ? '' : `, where a place has \`${onlyFor}\``;
      return `| ${name} | ${purpose}${only} |`;
    }),
  ].join('\n');

/** For Socket Mode, as somebody without a public address needs it. */
export const manifestBlock = (): string =>
  `\`\`\`yaml\n${printManifest({ socket: true, format: 'yaml' })}\`\`\``;

export const metricsTable = (): string =>
  [
    '| metric | kind | labels | meaning |',
    '|---|---|---|---|',
    ...Object.entries(metricTable).map(
      ([name, { kind, labels, help }]) =>
        `| \`${name}\` | ${kind} | ${labels.map(code).join(', ')} | ${help} |`,
    ),
  ].join('\n');

const exampleLine = (one: Setting): string =>
  `# ${one.meaning}\n#${one.name}=${one.example || one.default}`;

export const envExample = (): string =>
  `# Copy to .env and set what you need; docs/configuration.md says more.\n\n${settings.map(exampleLine).join('\n\n')}\n`;

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export const withTable = (document: string, name: string, table: string): string =>
  document.replace(
    new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`),
    () => `<!-- ${name} -->\n${table}\n<!-- /${name} -->`,
  );

const rewrite = (file: string, change: (text: string) => string): void => {
  const target = path.join(root, file);
  writeFileSync(target, change(readFileSync(target, 'utf8')));
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rewrite('docs/configuration.md', (text) => withTable(text, 'settings', settingsTable()));
  rewrite('docs/errors.md', (text) => withTable(text, 'errors', errorsTable()));
  rewrite('docs/slack.md', (text) =>
    withTable(withTable(text, 'manifest', manifestBlock()), 'scopes', scopesTable()),
  );
  rewrite('docs/discord.md', (text) => withTable(text, 'permissions', permissionsTable()));
  rewrite('docs/operations.md', (text) => withTable(text, 'metrics', metricsTable()));
  writeFileSync(path.join(root, '.env.example'), envExample());
}
