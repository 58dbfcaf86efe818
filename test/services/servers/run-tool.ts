/** Runs a command-line tool of the machine to its end and says when it is not there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const timeoutMs = 300_000;

/** What the tool printed on both streams, or undefined when it is not installed. Throws with that output when it fails. */
export async function runTool(
  command: string,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { timeout: timeoutMs });
    return stdout + stderr;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    if (error.code === 'ENOENT') return undefined;
    const printed = 'stdout' in error && 'stderr' in error ? `${error.stdout}${error.stderr}` : '';
    throw new Error(`${command} failed (${error.code}):\n${printed}`, { cause: error });
  }
}
