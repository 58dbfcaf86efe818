/** Vitest's global setup of the project `services`: both servers run while its files do. */
import { type ServiceUrls, withServers } from './with-servers.ts';

/**
 * Puts the servers' addresses into the environment that the test files inherit. Throws when a server is missing.
 *
 * `FOOTNOTE_TEST_SERVICES=list` is for counting tests: nothing is started, and nothing answers at the addresses.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env['FOOTNOTE_TEST_SERVICES'] === 'list') {
    return provide({ REDIS_URL: 'redis://127.0.0.1:1', MONGODB_URL: 'mongodb://127.0.0.1:1' });
  }
  const servers = await withServers(process.env);
  if ('missing' in servers) {
    throw new Error(`service tests cannot run: ${servers.missing.join('; ')}`);
  }
  return provide(servers.urls, servers.stop);
}

function provide(urls: ServiceUrls, stop = async () => {}): () => Promise<void> {
  Object.assign(process.env, urls);
  return stop;
}
