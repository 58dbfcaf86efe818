/**
 * Runs the fake as a process of its own, for tests that kill and restart what stands around it.
 *
 * Prints one JSON line `{apiUrl, controlUrl, token, guild}`. `POST {controlUrl}<operation>` with a JSON list of arguments calls that
 * function of FakeDiscord and answers with its result; what takes or gives functions (`stopAt`, `failBy`, `waitFor`) is not offered.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { startFakeDiscord } from './fake-discord.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    token: { type: 'string' },
    'without-content': { type: 'boolean', default: false },
  },
});

const fake = await startFakeDiscord({
  port: Number(values.port),
  messageContent: !values['without-content'],
  ...(values.token ? { token: values.token } : {}),
});
const notOffered = ['stopAt', 'failBy', 'waitFor', 'close'];
const operations = new Map(
  Object.entries(fake).filter(
    (each): each is [string, (...args: never[]) => unknown] =>
      typeof each[1] === 'function' && !notOffered.includes(each[0]),
  ),
);

const control = createServer(async (request, response) => {
  const operation = operations.get(new URL(request.url ?? '/', fake.apiUrl).pathname.slice(1));
  try {
    const args = JSON.parse((await text(request)) || '[]') as never[];
    const result = operation ? await operation(...args) : { error: 'unknown operation' };
    response.writeHead(operation ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result ?? null));
  } catch (error) {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: error instanceof Error ? error.message : 'unknown' }));
  }
});
control.listen(Number(values['control-port']), '127.0.0.1', () => {
  const { port } = control.address() as AddressInfo;
  const { apiUrl, token, guild } = fake;
  const ready = { apiUrl, controlUrl: `http://127.0.0.1:${port}/`, token, guild };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
});
