/** Starting while something is wrong: what an operator reads, and what runs all the same. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CountingWorld, startCountingWorld } from './count-aloud.ts';
import { runFootnote } from './footnote-process.ts';

/** A port of this machine that nothing listens on. */
const nobody = '127.0.0.1:1';

describe('footnote start', () => {
  let world: CountingWorld;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'footnote-starting-'));
    world = await startCountingWorld({ testFileUrl: import.meta.url });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await world?.close();
  });

  it('ends with one line and code 1 while MongoDB is away, so that it is started again', async () => {
    const env = { ...world.env, MONGODB_URL: `mongodb://footnote:hush@${nobody}/footnote` };
    const ended = await runFootnote(['start', '--only', 'worker'], env);
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'footnote: a store cannot be used; check MONGODB_URL and FOOTNOTE_DATA_DIR, and that MongoDB runs: store_unavailable MongooseServerSelectionError {}\n',
    });
  });

  it('ends with code 1 when its port is taken, though it holds connections by then', async () => {
    const api = await world.startApi();
    const env = { ...world.env, FOOTNOTE_PORT: new URL(api.url).port };
    const ended = await runFootnote(['start', '--only', 'api', 'slack'], env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('FOOTNOTE_PORT');
    expect((await api.stop()).code).toBe(0);
  });

  it('runs while Redis is away, says so, and answers by the sweep', async () => {
    const env = { REDIS_URL: `redis://${nobody}` };
    const [api, worker] = await Promise.all([world.startApi(env), world.startWorker(env)]);
    for (const one of [api, worker]) {
      expect(one.log.map(({ event }) => event)).toEqual(['redis lost', 'started']);
    }
    const asked = await world.ask(5);
    expect(asked.deliveries.map(({ status }) => status)).toEqual([200, 200]);
    await world.whole(asked, 5);
    expect((await api.stop()).code).toBe(0);
    expect((await worker.stop()).code).toBe(0);
  });

  it('lists every fault of the settings and of the file at once and does not start', async () => {
    const file = path.join(folder, 'footnote.yaml');
    writeFileSync(file, 'dialogs:\n  default: {}\nspeed: fast\n');
    const { MONGODB_URL: _alone, ...env } = world.env;
    const ended = await runFootnote(['start'], {
      ...env,
      FOOTNOTE_CONFIG: file,
      FOOTNOTE_PORT: 'eighty',
      DISCORD_TOKEN: 'hush-discord',
      REDIS_URL: 'redis://:hush-redis@localhost',
    });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'footnote: the configuration is not valid:',
        '  - FOOTNOTE_PORT: got "eighty", expected a whole number from 0 to 65535',
        '  - MONGODB_URL: not set, but REDIS_URL is; set both, or neither for the embedded mode',
        "  - DISCORD_TOKEN: expected a bot's token, three parts with dots between them, without the word Bot",
        '  - footnote.yaml:3: speed: unknown key',
        '',
      ].join('\n'),
    });
  });
});
