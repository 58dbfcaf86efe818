/** The file system as the glob walker sees it: what the walker would skip in silence is reported. */
import fs from 'node:fs';
import path from 'node:path';
import type { SourceProblem } from '../../ports/source.ts';
import { reasonOf } from './unreadable-reason.ts';

type Callback<Value> = (error: NodeJS.ErrnoException | null, value: Value) => void;

/** `folder` is a real path; reported paths are below it, `.` for itself. */
export const reportingFs = (
  folder: string,
  report: (problem: SourceProblem) => void,
): { readdir: typeof fs.readdir; realpath: typeof fs.realpath } => {
  const reportError = (at: string, error: Error): void =>
    report({ path: below(folder, at), reason: reasonOf(error) });

  const readdir = (
    at: string,
    options: { withFileTypes: true },
    done: Callback<fs.Dirent[]>,
  ): void =>
    fs.readdir(at, options, (error, entries) => {
      if (error !== null) reportError(at, error);
      done(error, entries);
    });

  const realpath = (at: string, done: Callback<string>): void =>
    fs.realpath(at, (error, target) => {
      if (error !== null) reportError(at, error);
      if (error !== null || !leadsUp(at, target)) return done(error, target);
      report({ path: below(folder, at), reason: 'symlink_loop' });
      // The walker leaves out what has no real path.
      done(Object.assign(new Error('symlink loop'), { code: 'ELOOP' }), target);
    });

  // The walker calls these two with exactly these parameters (fdir, walk-directory and resolve-symlink); node's types carry all the overloads.
  return { readdir, realpath } as unknown as ReturnType<typeof reportingFs>;
};

const below = (folder: string, at: string): string =>
  path.relative(folder, at).split(path.sep).join('/') || '.';

/** Whether a link's target is a folder above the link, by its name or, inside another link, really. */
const leadsUp = (link: string, target: string): boolean =>
  isAbove(target, link) || isAbove(target, fs.realpathSync(path.dirname(link)));

const isAbove = (folder: string, at: string): boolean =>
  at === folder || at.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
