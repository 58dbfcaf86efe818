/** Whatever Slack's Web API fails with, nothing of the reply and no token gets out. */
import { expect, test } from 'vitest';
import { createAudienceOf } from '../../adapters/slack/audience.ts';
import { createPersonOf } from '../../adapters/slack/person.ts';
import { createSlackContextReader } from '../../adapters/slack/slack-context-reader.ts';
import { createSlackSpeaker } from '../../adapters/slack/slack-speaker.ts';
import { createSlackStatusLine } from '../../adapters/slack/slack-status-line.ts';
import { slackTurnId } from '../../src/domain/turn-id.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { buildTurn } from '../fakes/build.ts';
import { oneWorkspace } from '../fakes/slack-workspaces.ts';
import { canaries, canariesIn } from './canaries.ts';
import { type HostileAnswer, startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

/** Those that we translate one by one, with some that we do not know. */
const slackCodes =
  'message_not_found thread_not_found edit_window_closed cant_update_message cant_delete_message access_denied channel_not_found ekm_access_denied is_archived is_inactive messages_tab_disabled missing_scope no_permission not_in_channel restricted_action restricted_action_thread_locked team_access_not_granted account_inactive invalid_auth not_authed token_expired token_revoked stopped_by_user message_not_in_streaming_state streaming_state_conflict file_not_found file_uploads_disabled rate_limited ratelimited fatal_error internal_error request_timeout service_unavailable team_added_to_org invalid_blocks msg_too_long msg_blocks_too_long no_text invalid_arguments metadata_too_large a_code_of_tomorrow'.split(
    ' ',
  );

const refusal = (error: string, echo: string): string =>
  JSON.stringify({
    ...{ ok: false, error, warning: echo, needed: echo, provided: echo, detail: echo },
    errors: [echo],
    response_metadata: { messages: [echo], warnings: [echo] },
  });

const failures: readonly (readonly [string, HostileAnswer])[] = [
  ...slackCodes.map(
    (code) => [`the code ${code}`, { body: (echo: string) => refusal(code, echo) }] as const,
  ),
  ['no code but words', { body: (echo) => refusal(echo, echo) }],
  ['a token for a code', { body: (echo) => refusal(canaries.slackBotToken, echo) }],
  [
    'an answer of another shape',
    { body: (echo) => JSON.stringify({ ok: true, ts: [echo], echo }) },
  ],
  ['an answer that is no JSON', {}],
  ['a page', { headers: { 'content-type': 'text/html' }, body: (echo) => `<html>${echo}` }],
  ['nothing', { body: () => '' }],
  ['a 429', { status: 429, headers: { 'retry-after': '30' } }],
  ['a 429 without a time', { status: 429 }],
  [
    'a 429 with words for a time',
    { status: 429, headers: { 'retry-after': canaries.answer.slice(0, 20) } },
  ],
  ...[400, 401, 403, 404, 413, 500, 502, 503].map((status) => [`a ${status}`, { status }] as const),
  ['a redirect', { status: 302, headers: { location: `/?${canaries.slackBotToken}` } }],
  ['a connection that drops', { ending: 'cut' }],
  ['an answer that never ends', { ending: 'hang' }],
];

const address = { team: 'T1', channel: 'C1', threadTs: '1.0', ts: '1.1', user: 'U1' };

const set = async () => {
  const witness = createWitness();
  const server = await startHostileServer();
  const settings = {
    botToken: canaries.slackBotToken,
    apiUrl: `${server.url}/api/`,
    callTimeoutMs: 150,
  };
  const turn = buildTurn({
    id: slackTurnId(address),
    question: { text: canaries.question },
    replyTo: address,
  });
  const clock = createSystemClock();
  const { log } = witness;
  const open = (
    parts: Parameters<ReturnType<typeof createSlackSpeaker>['openReply']>[1]['parts'],
  ) =>
    // A speaker each time: a limit that one call met would answer for the next.
    createSlackSpeaker(oneWorkspace({ ...settings, clock, log })).openReply(turn, {
      parts,
      firstAttempt: true,
    });
  return { witness, server, settings, clock, open };
};

test.each(failures)('%s, for each call of a reply', async (_what, answer) => {
  const { witness, server, open } = await set();
  server.answer(answer);
  const signal = AbortSignal.timeout(5_000);
  const markdown = `${canaries.answer}\n\n[${canaries.title}](https://docs.example.com/${canaries.heading})`;
  const standing = [{ index: 0, platformId: '1.2' }];
  await witness.fails(open([]).putPart(0, markdown, { final: true, signal }));
  await witness.fails(open([]).putPart(0, markdown, { final: true, plain: true, signal }));
  // An edit, a removal and a look need no more of the answer than `ok`.
  const calls = [
    open(standing).putPart(0, markdown, { final: false, signal }),
    open(standing).removePart(0, { signal }),
    open(standing).removeStrays({ signal }),
    open(standing).noticePrivately('platform_forbidden', { signal }),
  ];
  for (const calling of await Promise.allSettled(calls)) {
    if (calling.status === 'rejected') await witness.fails(Promise.reject(calling.reason));
  }
  expect(server.sent.length).toBeGreaterThanOrEqual(2);
  expect(witness.leaks()).toEqual([]);
});

test.each(failures)('%s, for what comes with a reply', async (_what, answer) => {
  const { witness, server, settings, clock } = await set();
  server.answer(answer);
  const { log } = witness;
  const deps = () => oneWorkspace({ ...settings, clock, log, behaviour: { nativeStreams: true } });
  const signal = AbortSignal.timeout(5_000);
  const { threadTs: _none, ts: _neither, ...place } = address;
  const turn = (replyTo: typeof address | typeof place) =>
    buildTurn({ id: slackTurnId(address), question: { text: canaries.question }, replyTo });
  const open = (replyTo: typeof address | typeof place) =>
    createSlackSpeaker(deps()).openReply(turn(replyTo), { parts: [], firstAttempt: true });
  const file = { name: 'answer.md', text: canaries.answer };
  const direct = { ...address, channel: 'D1' };
  const calls = [
    open(place).openThread({ signal }),
    open(address).putFile(0, file, { signal }),
    open(address).putPart(0, canaries.answer, { final: true, ping: true, signal }),
    open(direct).putPart(0, canaries.answer, { final: false, committedChars: 9, signal }),
    createSlackContextReader(deps()).readThread(turn(address), { last: 30, signal }),
    createSlackContextReader(deps()).readFile(
      turn(address),
      { id: 'F1', name: canaries.title, sizeBytes: 1 },
      { maxBytes: 10, signal },
    ),
  ];
  for (const calling of await Promise.allSettled(calls)) {
    if (calling.status === 'rejected') await witness.fails(Promise.reject(calling.reason));
  }
  await createSlackStatusLine(deps()).show(turn(address), 'retrieving', { signal });
  expect(server.sent.length).toBeGreaterThanOrEqual(2);
  expect(witness.leaks()).toEqual([]);
});

test.each(failures)('%s, for a look-up of who reads along', async (_what, answer) => {
  const { witness, server, settings, clock } = await set();
  server.answer(answer);
  const { log } = witness;
  const { workspaces } = oneWorkspace({ ...settings, clock, log });
  const personOf = createPersonOf({ workspaces, clock });
  const audienceOf = createAudienceOf({ workspaces, personOf, clock, log });
  const message = { ...address, isDirect: false, isExternal: false, text: canaries.question };
  expect(await audienceOf(message)).toBe('public');
  expect(witness.lines.join()).toContain('slack look-up failed');
  expect(witness.leaks()).toEqual([]);
});

test('a Slack that is not there', async () => {
  const { witness, settings, clock } = await set();
  const speaker = createSlackSpeaker(
    oneWorkspace({ ...settings, apiUrl: 'http://127.0.0.1:9/api/', clock, log: witness.log }),
  );
  const turn = buildTurn({ id: slackTurnId(address), replyTo: address });
  const reply = speaker.openReply(turn, { parts: [], firstAttempt: true });
  const signal = AbortSignal.timeout(5_000);
  await witness.fails(reply.putPart(0, canaries.answer, { final: true, signal }));
  expect(witness.leaks()).toEqual([]);
});

test('the Slack of these tests has the words to leak', async () => {
  const { server, open } = await set();
  const signal = AbortSignal.timeout(5_000);
  await open([])
    .putPart(0, canaries.answer, { final: true, signal })
    .catch(() => undefined);
  expect(canariesIn(server.sent[0] ?? '')).toEqual(['answer', 'vendor', 'slackBotToken']);
});
