import { defineConfig } from 'vitest/config';

/** What mostly waits, and measures neither time nor memory: two of these files run side by side. */
const inPairs = [
  'privacy',
  'flows/bad-input',
  'flows/discord-day',
  'flows/discord-death',
  'flows/discord-gateway',
  'flows/discord-hostile-text',
  'flows/discord-long-answers',
  'flows/hostile-text',
  'flows/long-answers',
  'flows/one-turn',
  'flows/seed-api',
  'flows/slack-day',
  'flows/socket-mode',
  'flows/way-of-a-question',
].map((name) => `test/services/${name}.test.ts`);

const onServers = {
  globalSetup: ['test/services/servers/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

/** `fast` needs no server; `services` and `pairs` run on Redis and a MongoDB wire server (test/run.ts starts them). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/services/**'],
          maxWorkers: '100%',
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'services',
          include: ['test/services/**/*.test.ts'],
          exclude: inPairs,
          fileParallelism: false,
          ...onServers,
        },
      },
      {
        test: {
          name: 'pairs',
          include: inPairs,
          maxWorkers: 2,
          ...onServers,
        },
      },
    ],
  },
});
