/** Everything a person does in Slack, by HTTP and by Socket Mode: both days read the same, and as they are written down. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPeople, help, liveADay, respondAllDay } from './live-a-day.ts';
import { startWorld, type World } from './world.ts';

const written = path.join(import.meta.dirname, 'slack-day.transcript.md');

/** A page for everybody beside the handbook for the team; the bot listens to all that is said in one channel. */
const dayConfig =
  (folder: string) =>
  (sample: string): string =>
    `${sample
      .replace(
        'dialogs:',
        `  visitors:\n    audience: public\n    sources:\n      - { folder: ${folder} }\ndialogs:`,
      )
      .replace(
        '[handbook]',
        '[handbook, visitors]',
      )}places:\n  - { slack: { channel: ${help} }, listen: all }\n`;

const appToken = 'xapp-test-token';
const doors = {
  'by HTTP': { slack: {}, open: (world: World) => world.startApi() },
  'by Socket Mode': {
    slack: { appToken },
    open: async (world: World) => {
      await world.startSlack({ SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: '' });
      await world.slack.waitFor(() => world.slack.socketConnections().length === 2);
    },
  },
} as const;

describe('a day in Slack', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-visitors-'));
  const worlds: World[] = [];

  beforeAll(() => {
    writeFileSync(
      path.join(folder, 'visitors.md'),
      '# Visitors\n\nVisitors get in by the front door and sign in at the reception.\n',
    );
  });
  afterAll(async () => {
    for (const world of worlds) await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    'by HTTP',
    'by Socket Mode',
  ] as const)('reads as it is written down, %s', async (door) => {
    const { slack, open } = doors[door];
    const world = await startWorld({
      ...{ testFileUrl: import.meta.url, slack, editConfig: dayConfig(folder) },
    });
    worlds.push(world);
    addPeople(world);
    world.model.respond(respondAllDay);
    await Promise.all([world.startWorker(), open(world)]);
    const transcript = await liveADay(world);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(written, transcript);
    expect(transcript).toBe(readFileSync(written, 'utf8'));
  });
});
