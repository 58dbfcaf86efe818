import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFolderSource } from '../../../../src/drivers/sources/folder-source.ts';
import type { SourceItem, SourceProblem } from '../../../../src/ports/source.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'footnote-source-'));
});

afterEach(async () => {
  execFileSync('chmod', ['-R', 'u+rwx', root]);
  await rm(root, { recursive: true });
});

const put = async (name: string, text = 'text'): Promise<void> => {
  await mkdir(path.dirname(path.join(root, name)), { recursive: true });
  await writeFile(path.join(root, name), text);
};

const list = async (
  include: readonly string[] = ['**/*.md'],
  at = root,
): Promise<readonly (SourceItem | SourceProblem)[]> => {
  const entries: (SourceItem | SourceProblem)[] = [];
  for await (const entry of createFolderSource({ id: 'docs', root: at, include }).list())
    entries.push(entry);
  return entries;
};

const summary = (entries: readonly (SourceItem | SourceProblem)[]): readonly string[] =>
  entries.map((entry) => ('reason' in entry ? `${entry.path}: ${entry.reason}` : entry.path));

/** The superuser may read everything, so that a test run by it becomes `nobody` for a while. */
const asOrdinaryUser = async (test: () => Promise<void>): Promise<void> => {
  if (process.geteuid?.() !== 0) return test();
  process.seteuid?.(65_534);
  try {
    await test();
  } finally {
    process.seteuid?.(0);
  }
};

describe('createFolderSource', () => {
  it('lists matching files below the folder by path, and reads their bytes', async () => {
    await put('b.md');
    await put('a/deep/page.md', 'deep text');
    await put('a/picture.png');
    const entries = await list();
    expect(summary(entries)).toEqual(['a/deep/page.md', 'b.md']);
    const [first] = entries;
    if (first === undefined || 'reason' in first) throw new Error('no item');
    expect(first.sizeBytes).toBe(9);
    expect(Buffer.from(await first.read()).toString()).toBe('deep text');
  });

  it('skips hidden entries and node_modules', async () => {
    await put('.git/readme.md');
    await put('.hidden.md');
    await put('node_modules/a/readme.md');
    await put('sub/node_modules/a/readme.md');
    expect(await list()).toEqual([]);
  });

  it('takes a single file as root, whatever the globs say', async () => {
    await put('notes.txt');
    expect(summary(await list(['**/*.md'], path.join(root, 'notes.txt')))).toEqual(['notes.txt']);
  });

  it('reports a root that is not there', async () => {
    expect(summary(await list(['**/*.md'], path.join(root, 'nowhere')))).toEqual(['.: gone']);
  });

  it('follows links to files and folders beside it', async () => {
    await put('real/page.md');
    await symlink(path.join(root, 'real'), path.join(root, 'linked'));
    await symlink(path.join(root, 'real/page.md'), path.join(root, 'alias.md'));
    expect(summary(await list())).toEqual(['alias.md', 'linked/page.md', 'real/page.md']);
  });

  it('names loops of links and lists the rest once', async () => {
    await put('a/page.md');
    await put('b/page.md');
    await symlink(root, path.join(root, 'a/up'));
    await symlink('../b', path.join(root, 'a/b'));
    await symlink('../a', path.join(root, 'b/a'));
    await symlink('self.md', path.join(root, 'self.md'));
    const found = summary(await list());
    expect(found).toContain('a/up: symlink_loop');
    expect(found).toContain('self.md: symlink_loop');
    expect(found).toContain('a/page.md');
    expect(found).toContain('b/page.md');
    expect(found.length).toBeLessThan(20);
    expect(new Set(found).size).toBe(found.length);
  });

  it('names a link to nowhere', async () => {
    await symlink('nowhere.md', path.join(root, 'dangling.md'));
    expect(summary(await list())).toEqual(['dangling.md: gone']);
  });

  it('names a file of 2 GB without reading it', async () => {
    await put('huge.md', '');
    await truncate(path.join(root, 'huge.md'), 2 * 1024 ** 3);
    await put('small.md');
    expect(summary(await list())).toEqual(['huge.md: too_large', 'small.md']);
  });

  it('names what is no file', async () => {
    execFileSync('mkfifo', [path.join(root, 'pipe.md')]);
    await symlink('/dev/zero', path.join(root, 'zero.md'));
    expect(summary(await list())).toEqual(['zero.md: unsupported_type']);
  });

  it('says gone when a listed file has vanished before it is read', async () => {
    await put('page.md');
    const [item] = await list();
    await rm(path.join(root, 'page.md'));
    if (item === undefined || 'reason' in item) throw new Error('no item');
    await expect(item.read()).rejects.toMatchObject({
      code: 'document_unreadable',
      details: { reason: 'gone' },
    });
  });

  it('names folders and files that may not be read', async () => {
    await put('locked/page.md');
    await put('secret.md');
    execFileSync('chmod', ['755', root]);
    execFileSync('chmod', ['000', path.join(root, 'locked'), path.join(root, 'secret.md')]);
    await asOrdinaryUser(async () => {
      const entries = await list();
      expect(summary(entries)).toEqual(['locked: permission_denied', 'secret.md']);
      const item = entries[1];
      if (item === undefined || 'reason' in item) throw new Error('no item');
      await expect(item.read()).rejects.toMatchObject({
        details: { reason: 'permission_denied' },
      });
    });
  });

  it('stops when the signal aborts', async () => {
    await put('page.md');
    const source = createFolderSource({ id: 'docs', root, include: ['**/*.md'] });
    const reason = new Error('stop');
    const iteration = source.list({ signal: AbortSignal.abort(reason) })[Symbol.asyncIterator]();
    await expect(iteration.next()).rejects.toBe(reason);
  });
});
