/** Runs a real server as a child process that tests can stop, start again, pause and resume. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A running server on a port that stays the same over `stop` and `start`. */
export interface TestServer {
  readonly url: string;
  /** Ends the process by SIGTERM and waits until it is gone; a stopped server stays stopped. */
  stop(): Promise<void>;
  /** Starts a stopped server again and waits until it takes connections. */
  start(): Promise<void>;
  /** `stop`, then `start`. */
  restart(): Promise<void>;
  /** Freezes the process (SIGSTOP): connections stay open and nothing is answered. */
  pause(): void;
  /** Lets a paused process go on. */
  resume(): void;
}

/** The server, or in one sentence what the machine lacks to start it. */
export type Started = { readonly server: TestServer } | { readonly missing: string };

export interface ServerCommand {
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What a line of standard output holds once the server takes connections. */
  readonly ready: RegExp;
}

const killAfterMs = 10_000;
const keptLines = 20;

/**
 * Starts the command and waits for its ready line.
 *
 * Throws with the last lines of output when the process ends first. The child's standard input is a pipe that closes
 * with this process; a normal exit kills the child too.
 */
export async function startTestServer(command: ServerCommand): Promise<TestServer> {
  let child: ChildProcess | undefined = await launch(command);
  const stop = async () => {
    const running = child;
    child = undefined;
    if (running) await end(running);
  };
  const start = async () => {
    child ??= await launch(command);
  };
  return {
    url: command.url,
    stop,
    start,
    async restart() {
      await stop();
      await start();
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
}

async function launch({ command, args, ready }: ServerCommand): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const killWithParent = () => void child.kill('SIGKILL');
  process.once('exit', killWithParent);
  child.once('exit', () => process.off('exit', killWithParent));

  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const keep = (line: string) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      if (ready.test(line)) resolve();
    };
    createInterface({ input: child.stdout }).on('line', keep);
    createInterface({ input: child.stderr }).on('line', keep);
    child.once('error', reject);
    child.once('close', (code, signal) =>
      reject(
        new Error(`${command} ended (${signal ?? code}) before it was ready:\n${lines.join('\n')}`),
      ),
    );
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  child.kill('SIGCONT');
  const killTimer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  await gone;
  clearTimeout(killTimer);
}
