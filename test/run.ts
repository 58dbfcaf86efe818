/** `npm test`: the fast tests, then the service tests where their servers can run, then one line that sums them up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withServers } from './services/servers/with-servers.ts';

type Project = 'fast' | 'services' | 'pairs';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each that failed: the file, the test and the first line of its message. */
  readonly faults: readonly string[];
}

/** The part of vitest's JSON report that is read here. @see https://vitest.dev/guide/reporters.html#json-reporter */
interface Report {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = `${root}node_modules/vitest/vitest.mjs`;
const resultsDir = `${root}test-results`;
const servicesRequired = process.env['FOOTNOTE_TEST_SERVICES'] === 'required';

// An exit, unlike a signal, takes the servers and vitest along.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

await mkdir(resultsDir, { recursive: true });
const total = sum([await runProject('fast', {}), await runServices()]);
const failing = total.failed > 0 || (servicesRequired && total.skipped > 0);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
// Once more at the end, since a fault scrolls away behind minutes of other output.
for (const fault of total.faults) process.stdout.write(`\nfailed: ${fault}`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = failing ? 1 : 0;

async function runServices(): Promise<Tally> {
  const servers = await withServers(process.env);
  if ('missing' in servers) {
    const remedy =
      'to run them: apt-get install redis-server, a JDK 17 and Maven, or set REDIS_URL and MONGODB_URL';
    process.stdout.write(`service tests skipped (${servers.missing.join('; ')}); ${remedy}\n`);
    return { passed: 0, failed: 0, skipped: await countServiceTests(), faults: [] };
  }
  try {
    return sum([
      await runProject('services', servers.urls),
      await runProject('pairs', servers.urls),
    ]);
  } finally {
    await servers.stop();
  }
}

async function runProject(project: Project, environment: object): Promise<Tally> {
  const file = `${resultsDir}/${project}.json`;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  await rm(file, { force: true });
  const exitCode = await runVitest(['run', '--project', project, ...reporters], environment);
  const report = await readJson<Report>(file);
  if (!report) {
    return { passed: 0, failed: 1, skipped: 0, faults: [`${project} ended without a report`] };
  }

  const faults = faultsOf(report);
  // An error outside of any test fails the run without failing a test.
  if (faults.length === 0 && exitCode !== 0)
    faults.push(`${project} met an error outside of its tests`);
  return {
    passed: report.numPassedTests,
    failed: faults.length,
    skipped: report.numPendingTests + report.numTodoTests,
    faults,
  };
}

function faultsOf({ testResults }: Report): string[] {
  const firstLine = (message = '') => message.split('\n', 1)[0];
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.replace(root, '');
    if (assertionResults.length === 0)
      return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
    return assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file}: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
  });
}

/** How many service tests there are, found without a server; at least one, so that a skip always shows. */
async function countServiceTests(): Promise<number> {
  const file = `${resultsDir}/services-list.json`;
  await rm(file, { force: true });
  await runVitest(['list', '--project', 'services', '--project', 'pairs', `--json=${file}`], {
    FOOTNOTE_TEST_SERVICES: 'list',
  });
  const tests = await readJson<readonly unknown[]>(file);
  return Math.max(tests?.length ?? 0, 1);
}

/** The exit code; 1 when a signal ended it. */
async function runVitest(args: readonly string[], environment: object): Promise<number> {
  const child = spawn(process.execPath, [vitest, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  process.once('exit', () => child.kill());
  const [code]: (number | null)[] = await once(child, 'exit');
  return code ?? 1;
}

/** Undefined when the file is not there, which says that vitest died before it wrote its report. */
async function readJson<Content>(file: string): Promise<Content | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Content;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const add = (key: 'passed' | 'failed' | 'skipped') =>
    tallies.reduce((total, tally) => total + tally[key], 0);
  return {
    passed: add('passed'),
    failed: add('failed'),
    skipped: add('skipped'),
    faults: tallies.flatMap(({ faults }) => faults),
  };
}
