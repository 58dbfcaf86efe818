/** The app's Home says how to ask, and names only what the person may read. */
import { expect, test } from 'vitest';
import { seenText } from '../../../fakes/slack/seen-text.ts';
import { type Listening, setUpListening } from './set-up-listening.ts';

const homeOf = ({ slack }: Listening, user: string): string =>
  seenText({ text: '', blocks: slack.homeOf(user)?.view.blocks ?? [] });

test('names the knowledge of the team to its members', async () => {
  const it = await setUpListening();
  expect((await it.slack.openHome('U1')).status).toBe(200);
  const home = homeOf(it, 'U1');
  for (const word of ['handbook', 'help center', '/ask', 'Messages', 'can be wrong'])
    expect(home).toContain(word);
});

test('names public knowledge alone to a guest', async () => {
  const it = await setUpListening();
  await it.slack.openHome('UGUEST');
  expect(homeOf(it, 'UGUEST')).toContain('help center');
  expect(homeOf(it, 'UGUEST')).not.toContain('handbook');
});

test('is published once an hour while nothing changes, and for each person', async () => {
  const it = await setUpListening();
  const published = () => it.slack.calls('views.publish').length;
  await Promise.all([it.slack.openHome('U1'), it.slack.openHome('U1'), it.slack.openHome('U2')]);
  await it.slack.openHome('U1');
  expect(published()).toBe(2);
  await it.clock.advance(60 * 60_000);
  await it.slack.openHome('U1');
  expect(published()).toBe(3);
});

test('is published again when it changed, also back to what it was', async () => {
  const it = await setUpListening();
  await it.slack.openHome('U1');
  expect(homeOf(it, 'U1')).toContain('handbook');
  for (const known of [false, true, false]) {
    it.knowledge.hidden = known ? [] : ['handbook'];
    await it.slack.openHome('U1');
    expect(homeOf(it, 'U1').includes('handbook')).toBe(known);
  }
});

test('is left alone when the messages are opened', async () => {
  const it = await setUpListening();
  await it.slack.openHome('U1', { tab: 'messages' });
  expect(it.slack.calls()).toEqual([]);
});

test('that Slack does not take is a line in the log, and is published at the next opening', async () => {
  const it = await setUpListening();
  it.slack.failNext('views.publish', { status: 500 });
  expect((await it.slack.openHome('U1')).status).toBe(200);
  expect(it.troubles()).toEqual(['slack home not shown']);
  await it.slack.openHome('U1');
  expect(homeOf(it, 'U1')).toContain('Footnote');
});
