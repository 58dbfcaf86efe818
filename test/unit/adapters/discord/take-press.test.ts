/** What people press under a reply, and what comes of it. */
import { describe, expect, test, vi } from 'vitest';
import type { DiscordAction } from '../../../../adapters/discord/action-ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { buildReference, buildScoredChunk } from '../../../fakes/build.ts';
import { button, type Listening, noRules, setUpListening } from './set-up-listening.ts';

const soon = { timeout: 5_000, interval: 5 };

/** A question of ann's, and a message of its answer with the buttons that the test presses. */
const setUp = async (
  options: {
    readonly place?: Parameters<Listening['bind']>[0];
    readonly turn?: Partial<Turn>;
  } = {},
) => {
  const it = await setUpListening();
  if (options.place !== undefined) it.bind({ channel: it.channel, ...options.place });
  const listener = await it.start();
  const asked = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
  const { id } = await it.stored(asked.message);
  const press = async (action: DiscordAction, user = it.ann, turnId: string = id) => {
    const message = await it.post({ content: 'x', ...button(`fn:${action}:${turnId}`) });
    return { message, press: () => it.discord.press({ channel: it.channel, message, user }).id };
  };
  /** Presses under a message of the answer, and gives what the person sees. */
  const pressUnder = async (action: DiscordAction, user = it.ann) => {
    const standing = await press(action, user);
    const turn = await it.stored(asked.message);
    await it.answer(turn, {
      parts: [{ index: 0, platformId: standing.message }],
      ...(options.turn as object),
    });
    return answered(it, standing.press());
  };
  return { it, id, listener, press, pressUnder, turn: () => it.stored(asked.message) };
};
const answered = async (it: Listening, id: string) => {
  await it.discord.waitFor(() => it.discord.interaction(id).ackType !== undefined);
  return it.discord.interaction(id);
};

describe('stop', () => {
  test('stops for who asked, with nothing to say', async () => {
    const { pressUnder, turn } = await setUp({ turn: { state: 'running' } });
    const { ackType, response } = await pressUnder('stop');
    expect([ackType, response?.onlyFor]).toEqual([6, undefined]);
    expect(await turn()).toMatchObject({ cancelRequestedAt: expect.any(Date) });
    expect((await turn()).removeReply).toBeUndefined();
  });

  test('is for who asked and for who manages messages', async () => {
    const { it, pressUnder, turn } = await setUp({ turn: { state: 'running' } });
    const { response } = await pressUnder('stop', it.ben);
    expect(response).toMatchObject({
      ...{ onlyFor: it.ben },
      text: 'Only the person who asked, or a moderator, can stop this answer.',
    });
    expect((await turn()).cancelRequestedAt).toBeUndefined();
    const role = it.discord.addRole({ name: 'mods', permissions: ['ManageMessages'] });
    const mod = it.discord.addUser({ name: 'mod', roles: [role] });
    const message = (await turn()).parts[0]?.platformId ?? '';
    const { id } = it.discord.press({ channel: it.channel, message, user: mod });
    expect((await answered(it, id)).ackType).toBe(6);
    expect(await turn()).toMatchObject({ cancelRequestedAt: expect.any(Date) });
  });

  test('says when there is nothing to stop', async () => {
    const { pressUnder } = await setUp();
    expect((await pressUnder('stop')).response?.text).toBe('This answer is finished already.');
  });
});

describe('ratings', () => {
  test('helpful is noted, a second one of the same person replaces it', async () => {
    const { it, pressUnder, turn } = await setUp();
    const { response } = await pressUnder('helpful', it.ben);
    expect(response).toMatchObject({ text: 'Thank you, your rating is noted.', onlyFor: it.ben });
    expect(await turn()).toMatchObject({ ratings: { [it.ben]: { helpful: true } } });
  });

  test('not helpful asks for the reason at once, and is noted whether or not one comes', async () => {
    const { it, pressUnder, turn } = await setUp();
    const { ackType } = await pressUnder('not-helpful');
    expect(ackType).toBe(9);
    expect(it.discord.modalOf(it.ann)).toMatchObject({ title: 'What was wrong?' });
    await vi.waitFor(async () => {
      expect(await turn()).toMatchObject({ ratings: { [it.ann]: { helpful: false } } });
    }, soon);
    const { id } = it.discord.submitModal({ user: it.ann, inputs: { reason: 'It is 28 days.' } });
    expect((await answered(it, id)).response?.text).toBe('Thank you, your rating is noted.');
    expect(await turn()).toMatchObject({
      ratings: { [it.ann]: { helpful: false, reason: 'It is 28 days.' } },
    });
  });
});

describe('ask again', () => {
  test('stores a repeat for who pressed', async () => {
    const { it, id, pressUnder } = await setUp();
    const { ackType } = await pressUnder('again', it.ben);
    expect(ackType).toBe(6);
    expect(await it.allTurns()).toMatchObject([
      { id },
      { id: `${id}-r1`, asker: it.ben, repeats: id, audience: 'public' },
    ]);
  });

  test('goes by the rules of the place', async () => {
    const rules = { ...noRules, coolDownMs: 60_000 };
    const { it, pressUnder } = await setUp({ place: { rules } });
    const { response } = await pressUnder('again', it.ann);
    expect(response?.text).toMatch(/^That was a little fast/);
    expect(await it.allTurns()).toHaveLength(1);
  });
});

describe('passages', () => {
  const text = '25 days. *Really* [no](https://evil.example) @everyone';
  const reference = buildReference({
    chunks: [buildScoredChunk({ text, documentTitle: 'Leave' })],
  });
  const turn = { answer: { text: 'It is 25. [ID:0]' }, reference };

  test('are for the person alone, and nothing in them is markup', async () => {
    const { it, pressUnder } = await setUp({ turn });
    const { ackType, response } = await pressUnder('passages', it.ben);
    expect([ackType, response?.onlyFor, response?.pings]).toEqual([4, it.ben, []]);
    expect(response?.embeds).toMatchObject([
      {
        description: expect.stringContaining('\\*Really\\* \\[no\\]\\(https\\://evil\\.example\\)'),
      },
    ]);
  });

  test('of the team are not shown where anybody reads', async () => {
    const {
      it,
      listener,
      pressUnder,
      turn: stored,
    } = await setUp({ turn, place: { audience: 'team' } });
    expect((await pressUnder('passages')).response?.embeds).toHaveLength(1);
    await listener.stop();
    it.places.splice(0);
    const next = await it.start();
    expect(next.isReady()).toBe(true);
    const message = (await stored()).parts[0]?.platformId ?? '';
    const { id } = it.discord.press({ channel: it.channel, message, user: it.ann });
    const { response } = await answered(it, id);
    expect(response?.text).toBe('These passages are for members of the team.');
    expect(response?.embeds).toEqual([]);
  });
});

describe('a press that belongs to no reply', () => {
  test('is told so, and changes nothing', async () => {
    const { it, id, press, turn } = await setUp({ turn: { state: 'running' } });
    const forged = await press('stop', it.ann, id);
    const seen = await answered(it, forged.press());
    expect(seen.response?.text).toBe('This belongs to no answer that I know.');
    const nobodys = await press('helpful', it.ann, 'discord-404');
    expect((await answered(it, nobodys.press())).response?.onlyFor).toBe(it.ann);
    expect(await turn()).not.toHaveProperty('cancelRequestedAt');
  });

  test('of a button that is not ours is answered', async () => {
    const { it } = await setUp();
    const message = await it.post({ content: 'x', ...button('something else') });
    const { id } = it.discord.press({ channel: it.channel, message, user: it.ann });
    expect((await answered(it, id)).response?.onlyFor).toBe(it.ann);
  });
});

test('while the store is away the person is told', async () => {
  const { it, press } = await setUp();
  const standing = await press('helpful');
  it.down.store = true;
  const { response } = await answered(it, standing.press());
  expect(response).toMatchObject({
    ...{ onlyFor: it.ann },
    text: 'I cannot reach my database right now. Please ask again in a while.',
  });
});
