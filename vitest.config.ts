import { defineConfig } from 'vitest/config';

/** Flows that mostly wait, and measure neither time nor memory: two of them run side by side. */
const inPairs = [
  'bad-input',
  'discord-day',
  'discord-death',
  'discord-gateway',
  'discord-hostile-text',
  'discord-long-answers',
  'hostile-text',
  'long-answers',
  'one-turn',
  'seed-api',
  'slack-day',
  'socket-mode',
  'way-of-a-question',
].map((name) => `test/services/flows/${name}.test.ts`);

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
