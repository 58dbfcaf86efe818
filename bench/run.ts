/** `npm run bench [name…]`: measures what the tests do not. Without a name all of them, one after the other; about half an hour. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const folder = import.meta.dirname;
const shared = ['run', 'print-table', 'report-storm'];
const benches = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'))
  .filter((name) => !shared.includes(name));

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no bench named ${unknown.join(', ')}; there are ${benches.join(', ')}\n`);
  process.exit(2);
}

for (const name of asked.length > 0 ? asked : benches) {
  process.stdout.write(`\n== ${name}\n`);
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(folder, `${name}.ts`)], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) process.exitCode = 1;
}
