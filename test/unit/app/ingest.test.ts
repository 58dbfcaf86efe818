/** Holds which sources a path on the command line stands for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jobsFor } from '../../../app/ingest.ts';
import { ConfigFaults } from '../../../app/read-config.ts';
import { buildConfig } from '../../fakes/build-config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'footnote-ingest-'));
for (const name of ['docs/people', 'docs-old', 'wiki']) {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, 'page.md'), '# Page\n');
}
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => path.join(folder, name);

const one = buildConfig(
  {},
  {
    path: at('footnote.yaml'),
    text: `
knowledge:
  handbook: { audience: team, sources: [{ folder: ./docs, link: 'https://docs.example/{path}' }] }
dialogs: { default: { knowledge: [handbook] } }
`,
  },
);
const two = buildConfig(
  {},
  {
    path: at('footnote.yaml'),
    text: `
knowledge:
  handbook: { audience: team, sources: [{ folder: ./docs }] }
  help: { audience: public, sources: [{ folder: ./wiki }] }
dialogs: { default: { knowledge: [handbook, help] } }
`,
  },
);

const faultsOf = (run: () => unknown): readonly string[] => {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigFaults) return error.faults;
    throw error;
  }
  return [];
};

describe('jobsFor', () => {
  it('takes paths inside a source for that source, once, with its link', () => {
    const paths = [at('docs'), at('docs/people'), at('docs/people/page.md')];
    expect(jobsFor(one, { paths, kb: undefined })).toEqual([
      expect.objectContaining({
        id: 'folder:./docs',
        root: at('docs'),
        knowledgeBaseId: 'handbook',
        link: 'https://docs.example/{path}',
      }),
    ]);
  });

  it('makes any other path a source of its own, by its place', () => {
    const paths = [at('docs-old'), at('wiki/page.md')];
    expect(
      jobsFor(one, { paths, kb: undefined }).map(({ id, root, knowledgeBaseId, link }) => {
        return { id, root, knowledgeBaseId, link };
      }),
    ).toEqual(
      paths.map((root) => ({
        id: `path:${root}`,
        root,
        knowledgeBaseId: 'handbook',
        link: undefined,
      })),
    );
  });

  it('finds the knowledge by the source that a path lies in', () => {
    const jobs = jobsFor(two, { paths: [at('wiki'), at('docs')], kb: undefined });
    expect(jobs.map(({ knowledgeBaseId }) => knowledgeBaseId)).toEqual(['help', 'handbook']);
  });

  it('puts a path where --kb says, also one that lies in a source of another', () => {
    expect(jobsFor(two, { paths: [at('docs')], kb: 'help' })).toEqual([
      expect.objectContaining({ id: `path:${at('docs')}`, knowledgeBaseId: 'help' }),
    ]);
  });

  it('asks for --kb when a path could go to several, and lists all faults at once', () => {
    const paths = [at('docs-old'), at('nowhere')];
    expect(faultsOf(() => jobsFor(two, { paths, kb: undefined }))).toEqual([
      `${at('docs-old')}: name the knowledge that takes it in with --kb`,
      `${at('nowhere')}: there is no such file or folder`,
    ]);
    expect(faultsOf(() => jobsFor(two, { paths: [at('nowhere')], kb: 'legal' }))).toEqual([
      '--kb: there is no knowledge named legal',
      `${at('nowhere')}: there is no such file or folder`,
    ]);
  });
});
