/** The fake sends events as Slack does: signed, twice for a mention, again when nobody answers. */
import { isValidSlackRequest } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import {
  callSlack,
  createManualClock,
  type Received,
  signingSecret,
  startReceiver,
  startWithWorld,
} from './fake-slack-setup.ts';

/** Judged by the vendor's own check. */
const isSigned = (received: Received | undefined, nowMilliseconds = Date.now()) =>
  isValidSlackRequest({
    ...{ signingSecret, body: received?.raw ?? '', nowMilliseconds },
    headers: {
      'x-slack-signature': String(received?.headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(received?.headers['x-slack-request-timestamp']),
    },
  });

describe('one event', () => {
  it('is signed over its raw body and comes in an envelope', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const { ts } = await fake.directMessage({ user: 'U1', text: 'a < b & c' });
    const [event] = receiver.received;
    expect(isSigned(event)).toBe(true);
    expect(event?.body).toMatchObject({
      ...{ type: 'event_callback', team_id: 'T0FAKE', is_ext_shared_channel: false },
      event: {
        ...{ type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', ts, event_ts: ts },
        text: 'a &lt; b &amp; c',
      },
      authorizations: [{ user_id: 'U0BOTT0FAKE', is_bot: true, team_id: 'T0FAKE' }],
    });
  });

  it('can be forged, late and malformed', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    await fake.sendEvent({ type: 'x' }, { badSignature: true });
    await fake.sendEvent({ type: 'x' }, { timestampOffsetS: -301 });
    const { status, ackMs } = await fake.sendEvent({ type: 'x' }, { rawBody: 'no json' });
    const [forged, late, malformed] = receiver.received;
    expect(isSigned(forged)).toBe(false);
    expect(isSigned(late)).toBe(false);
    expect(isSigned(late, Date.now() - 301_000)).toBe(true);
    expect(malformed?.raw).toBe('no json');
    expect(isSigned(malformed)).toBe(true);
    expect(status).toBe(200);
    expect(ackMs).toBeGreaterThan(0);
  });
});

describe('what people do', () => {
  it('a mention comes twice with one ts, in either order, with different event ids', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const ask = { channel: 'C1', user: 'U1', text: 'how?' };
    const { ts } = await fake.mention(ask);
    await fake.mention({ ...ask, text: '', events: ['message', 'app_mention'] });
    const events = receiver.received.map(({ body }) => body);
    expect(events.map(({ event }) => event.type)).toEqual([
      ...['app_mention', 'message', 'message', 'app_mention'],
    ]);
    expect(events[0].event).toMatchObject({ ts, text: '<@U0BOTT0FAKE> how?' });
    expect(events[0].event).not.toHaveProperty('channel_type');
    expect(events[1].event.client_msg_id).toBe(events[0].event.client_msg_id);
    expect(new Set(events.map((each) => each.event_id)).size).toBe(4);
    expect(events[2].event.text).toBe('<@U0BOTT0FAKE>');
    await expect(fake.mention({ ...ask, user: 'U9' })).rejects.toThrow('no user U9');
  });

  it('an edit and a deletion bring what stood there before', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const { ts } = await fake.mention({ channel: 'C1', user: 'U1', text: 'one', events: [] });
    await fake.editMessage({ channel: 'C1', ts, text: '{bot} two' });
    await fake.deleteMessage({ channel: 'C1', ts });
    expect(receiver.received.map(({ body }) => body.event)).toMatchObject([
      {
        subtype: 'message_changed',
        message: { ts, text: '<@U0BOTT0FAKE> two', edited: { user: 'U1' } },
        previous_message: { ts, text: '<@U0BOTT0FAKE> one' },
      },
      { subtype: 'message_deleted', deleted_ts: ts, previous_message: { ts, user: 'U1' } },
    ]);
    expect(fake.channelMessages('C1')).toEqual([]);
  });

  it('a deleted root with replies becomes a tombstone, which goes with the last reply', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url, echoOwn: true });
    const { ts } = await fake.mention({ channel: 'C1', user: 'U1', text: 'one', events: [] });
    const reply = { channel: 'C1', text: 'answer', thread_ts: ts };
    const { body } = await callSlack(fake, 'chat.postMessage', reply);
    await fake.deleteMessage({ channel: 'C1', ts });
    expect(receiver.received.at(-1)?.body.event).toMatchObject({
      ...{ subtype: 'message_changed', previous_message: { user: 'U1' } },
      message: { subtype: 'tombstone', user: 'USLACKBOT', ts, reply_count: 1 },
    });
    expect(fake.thread('C1', ts)).toHaveLength(1);
    await callSlack(fake, 'chat.delete', { channel: 'C1', ts: body['ts'] });
    await fake.waitFor(() => fake.deliveries().length === 4);
    const gone = receiver.received.slice(2).map((each) => each.body.event.deleted_ts);
    expect(gone.sort()).toEqual([ts, body['ts']].sort());
  });

  it('somebody of another company is told by the event', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    fake.addChannel({ id: 'C5', isExtShared: true });
    fake.addUser({ id: 'U5', isStranger: true, homeTeamId: 'T9' });
    await fake.mention({ channel: 'C5', user: 'U5', text: 'hi' });
    const [{ body } = { body: {} }] = receiver.received;
    expect(body).toMatchObject({ is_ext_shared_channel: true, event: { user_team: 'T9' } });
  });
});

it('echoes what the bot itself posts, edits and deletes', async () => {
  const receiver = await startReceiver();
  const fake = await startWithWorld({ eventsUrl: receiver.url, echoOwn: true });
  const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', text: 'a' });
  await fake.waitFor(() => fake.deliveries().length === 1);
  const blocks = [{ type: 'markdown', text: 'b' }];
  await callSlack(fake, 'chat.update', { channel: 'C1', ts: body['ts'], text: 'b', blocks });
  await fake.waitFor(() => fake.deliveries().length === 2);
  const [posted, changed] = receiver.received.map((each) => each.body.event);
  expect(posted).toMatchObject({ type: 'message', bot_id: 'B0BOTT0FAKE', user: 'U0BOTT0FAKE' });
  expect(posted).not.toHaveProperty('subtype');
  expect(changed).toMatchObject({ subtype: 'message_changed', message: { text: 'b' } });
  expect(changed).not.toHaveProperty('user');
  expect(changed.message).not.toHaveProperty('edited');
});

describe('deliveries', () => {
  it('try again at once, after one and after five minutes, with the reason', async () => {
    const clock = createManualClock();
    const receiver = await startReceiver((response) => response.writeHead(500).end());
    const fake = await startWithWorld({ clock, eventsUrl: receiver.url });
    const done = fake.deliverEvent({ type: 'message', channel: 'C1' });
    await clock.untilSleeping(60_000);
    expect(fake.deliveries()).toHaveLength(2);
    clock.advance(60_000);
    await clock.untilSleeping(300_000);
    expect(fake.deliveries()).toHaveLength(3);
    clock.advance(300_000);
    expect(await done).toHaveLength(4);
    const { received } = receiver;
    expect(received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
      ...[undefined, '1', '2', '3'],
    ]);
    expect(received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(new Set(received.map(({ body }) => body.event_id)).size).toBe(1);
    // Each try is signed at its own time.
    expect(received.map((each) => isSigned(each, clock.now()))).toEqual([false, false, true, true]);
    expect(received.every((each) => isSigned(each, clock.now() - 300_000))).toBe(true);
  });

  it('give up waiting after three seconds', async () => {
    const clock = createManualClock();
    const receiver = await startReceiver((response, { headers }) => {
      if (headers['x-slack-retry-num']) response.writeHead(200).end();
      else clock.advance(3_000);
    });
    const fake = await startWithWorld({ clock, eventsUrl: receiver.url });
    const tries = await fake.deliverEvent({ type: 'message', channel: 'C1' });
    expect(tries).toMatchObject([
      { status: 0, failure: 'http_timeout' },
      { status: 200, retryNum: 1 },
    ]);
  });

  it('stop when the receiver asks for it, and name a dead receiver', async () => {
    const receiver = await startReceiver((response) => {
      response.writeHead(503, { 'x-slack-no-retry': '1' }).end();
    });
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    expect(await fake.deliverEvent({ type: 'x' })).toHaveLength(1);
    fake.sendEventsTo('http://127.0.0.1:9/');
    expect(await fake.sendEvent({ type: 'x' })).toMatchObject({ failure: 'connection_failed' });
  });
});
