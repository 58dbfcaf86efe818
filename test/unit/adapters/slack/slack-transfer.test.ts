/** Whose hosts get a token, and whose do not. */
import { expect, test } from 'vitest';
import { createSlackTransfer, isSlackFileUrl } from '../../../../adapters/slack/slack-transfer.ts';

const slackApi = 'https://slack.com/api/';
const { signal } = new AbortController();

test.each([
  ['https://files.slack.com/files-pri/T1-F1/download/a.md', true],
  ['https://acme.slack-files.com/T1-F1', true],
  ['https://a.slack-edge.com/x', true],
  ['https://slack.com/x', true],
  ['http://files.slack.com/files-pri/T1-F1/a.md', false],
  ['https://files.slack.com.evil.example/a.md', false],
  ['https://evilslack.com/a.md', false],
  ['https://evil.example/files.slack.com', false],
  ['https://files.slack.com@evil.example/a.md', false],
  ['https://drive.google.com/file/d/1', false],
  ['http://169.254.169.254/latest/meta-data', false],
  ['file:///etc/passwd', false],
  ['no address', false],
  ['', false],
])('%s gets the token: %s', (url, gets) => {
  expect(isSlackFileUrl(url, slackApi)).toBe(gets);
});

test('a Slack that runs elsewhere keeps its files there, at the same port', () => {
  const api = 'http://127.0.0.1:3001/api/';
  expect(isSlackFileUrl('http://127.0.0.1:3001/files-pri/T1-F1/a.md', api)).toBe(true);
  expect(isSlackFileUrl('http://127.0.0.1:3002/files-pri/T1-F1/a.md', api)).toBe(false);
});

test('a foreign address is neither asked nor named', async () => {
  const transfer = createSlackTransfer({
    apiUrl: slackApi,
    botToken: () => Promise.resolve('xoxb-1'),
    timeoutMs: 1_000,
  });
  const url = 'https://evil.example/secret';
  const failures = [
    await transfer.upload(url, new Uint8Array([1])).catch((error: unknown) => error),
    await transfer
      .download(url, { maxBytes: 10, sizeBytes: 1, signal })
      .catch((error: unknown) => error),
  ];
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: 'platform_rejected' });
    expect(JSON.stringify(failure)).not.toContain('evil');
  }
});
