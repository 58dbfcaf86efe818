/**
 * Runs the fake as a process of its own, for tests that kill and restart what stands around it.
 *
 * Prints one JSON line `{apiUrl, controlUrl}`. `POST {controlUrl}<operation>` with a JSON list of arguments calls that
 * function of FakeSlack and answers with its result; what takes or gives functions (`stopAt`, `failBy`, `waitFor`) is not offered.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { startFakeSlack } from './fake-slack.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    'signing-secret': { type: 'string', default: 'fake-signing-secret' },
    'bot-token': { type: 'string', default: 'xoxb-fake' },
    'events-url': { type: 'string' },
    'app-token': { type: 'string' },
    'echo-own': { type: 'boolean', default: false },
  },
});

const fake = await startFakeSlack({
  port: Number(values.port),
  signingSecret: values['signing-secret'],
  botToken: values['bot-token'],
  echoOwn: values['echo-own'],
  ...(values['app-token'] ? { appToken: values['app-token'] } : {}),
  ...(values['events-url'] ? { eventsUrl: values['events-url'] } : {}),
});
const {
  apiUrl,
  team: _team,
  stopAt: _stopAt,
  failBy: _failBy,
  waitFor: _waitFor,
  close: _close,
  ...rest
} = fake;
const operations: Record<string, (...args: never[]) => unknown> = rest;

const control = createServer(async (request, response) => {
  const operation = operations[new URL(request.url ?? '/', apiUrl).pathname.slice(1)];
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
  const ready = { apiUrl, controlUrl: `http://127.0.0.1:${port}/` };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
});
