/** One `footnote start` of the built product as a child process that a test can kill, pause and stop, and whose log it can read. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const root = path.resolve(import.meta.dirname, '../../..');
const startTimeoutMs = 30_000;

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [detail: string]: unknown;
}

export interface FootnoteProcess {
  readonly pid: number;
  /** Of its HTTP server; empty for a worker. */
  readonly url: string;
  readonly log: readonly LogLine[];
  /** All lines of its standard error, those of the log among them. */
  readonly printed: readonly string[];
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGTERM; resolves with the exit code and how long it took, ms. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
  /** Resolves with the exit code when the process is gone by itself. */
  ended(): Promise<number | null>;
  /** Resolves with the first line of this event that has come or comes; rejects after `timeoutMs`. */
  logged(event: string, options?: { readonly timeoutMs?: number }): Promise<LogLine>;
}

/** Starts the command and resolves when it says `started`. Needs `npm run build` first. `nodeArgs` are for Node itself. */
export const startFootnote = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { nodeArgs = [] }: { readonly nodeArgs?: readonly string[] } = {},
): Promise<FootnoteProcess> => {
  const command = [...nodeArgs, path.join(root, 'dist/app/cli.js'), ...args];
  const child = spawn(process.execPath, command, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  killWithParent(child);
  const log: LogLine[] = [];
  const raw: string[] = [];
  const watchers = new Set<() => void>();
  child.stdout?.resume();
  createInterface({ input: child.stderr }).on('line', (line) => {
    raw.push(line);
    if (line.startsWith('{')) log.push(JSON.parse(line) as LogLine);
    for (const look of watchers) look();
  });
  const gone = once(child, 'exit').then(([code]) => code as number | null);

  const logged: FootnoteProcess['logged'] = (event, { timeoutMs = startTimeoutMs } = {}) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const line = log.find((one) => one.event === event);
        if (line !== undefined) end(() => resolve(line));
      };
      const fail = (why: string) =>
        end(() => reject(new Error(`${event}: ${why}\n${raw.slice(-20).join('\n')}`)));
      const timer = setTimeout(() => fail(`not logged within ${timeoutMs} ms`), timeoutMs);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        watchers.delete(look);
        settle();
      };
      watchers.add(look);
      void gone.then((code) => fail(`the process ended with ${code}`));
      look();
    });

  const started = await logged('started');
  return {
    pid: child.pid ?? 0,
    url: typeof started['url'] === 'string' ? started['url'] : '',
    log,
    printed: raw,
    logged,
    ended: () => gone,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      const since = performance.now();
      child.kill('SIGTERM');
      const code = await gone;
      return { code, tookMs: performance.now() - since };
    },
  };
};

const running = new Set<ChildProcess>();
const killRunning = () => {
  for (const child of running) child.kill('SIGKILL');
};

const killWithParent = (child: ChildProcess): void => {
  if (running.size === 0) process.once('exit', killRunning);
  running.add(child);
  child.once('exit', () => {
    running.delete(child);
    if (running.size === 0) process.off('exit', killRunning);
  });
};

/** Runs a command of the built product to its end. */
export const runFootnote = async (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> => {
  const child = spawn(process.execPath, [path.join(root, 'dist/app/cli.js'), ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => {
    stdout += piece.toString();
  });
  child.stderr.on('data', (piece: Buffer) => {
    stderr += piece.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
};
