/** What a reply offers and carries besides its text: actions, sealed parts, a file, a ping. */
import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { asId } from '../../../src/domain/ids.ts';
import type { ReplyPart } from '../../../src/domain/turn.ts';
import type { Speaker } from '../../../src/ports/speaker.ts';
import { buildReference, buildTurn } from '../../fakes/build.ts';
import { answer, openDelivery } from './open-delivery.ts';

const paragraphs = (count: number) =>
  Array.from({ length: count }, (_, n) => `Paragraph ${n} of it.`).join('\n\n');

describe('what a reply offers', () => {
  it('to stop while it grows; to rate, ask again and read the passages when it is done', async () => {
    const { clock, speaker, delivery } = openDelivery();
    delivery.status('retrieving');
    await clock.advance(10);
    expect(speaker.messages[0]?.actions).toEqual(['stop']);
    delivery.delta('One');
    await clock.advance(10);
    expect(speaker.messages[0]?.actions).toEqual(['stop']);
    await delivery.finish(answer('One [ID:0]', buildReference()));
    expect(speaker.messages[0]?.actions).toEqual(['feedback', 'again', 'passages']);
  });

  it('no passages where none is cited, and the edited question where there is one', async () => {
    const { speaker, delivery } = openDelivery(buildTurn({ editedText: 'How many?' }));
    await delivery.finish(answer('One', buildReference()));
    expect(speaker.messages[0]?.actions).toEqual(['feedback', 'again-edited']);
  });

  it('nothing to rate where it was stopped before its first word', async () => {
    const { speaker, delivery } = openDelivery();
    await delivery.finish({ ...answer('', buildReference()), unfinished: 'stopped' });
    expect(speaker.messages).toMatchObject([
      { text: '_Stopped before there was an answer._', actions: ['again'] },
    ]);
  });

  it('its actions on the newest message alone', async () => {
    const { clock, speaker, delivery } = openDelivery(undefined, { maxPart: 200 });
    delivery.delta(paragraphs(9));
    await clock.advance(200);
    expect(speaker.messages.map(({ actions }) => actions)).toEqual([[], ['stop']]);
    const finished = delivery.finish(answer(paragraphs(9)));
    await clock.advance(100);
    await finished;
    expect(speaker.messages.at(-1)?.actions).toEqual(['feedback', 'again']);
    for (const { actions } of speaker.messages.slice(0, -1)) expect(actions).toEqual([]);
  });

  it('to ask again after an error, unless the question itself was refused', async () => {
    const failed = openDelivery();
    await failed.delivery.notice('The language model is busy.');
    expect(failed.speaker.messages[0]?.actions).toEqual(['again']);
    const refused = openDelivery(buildTurn({ error: { code: 'question_too_long' } }));
    await refused.delivery.notice('This question is too long.');
    expect(refused.speaker.messages[0]?.actions).toEqual([]);
    const edited = openDelivery(
      buildTurn({ error: { code: 'question_too_long' }, editedText: 'How many?' }),
    );
    await edited.delivery.notice('This question is too long.');
    expect(edited.speaker.messages[0]?.actions).toEqual(['again-edited']);
  });

  it('nothing where the platform takes no actions, rather than no answer', async () => {
    const { speaker, delivery } = openDelivery();
    speaker.failNext({ code: 'platform_rejected' }, { code: 'platform_rejected' });
    await delivery.finish(answer('One'));
    expect(speaker.messages).toMatchObject([{ text: 'One', plain: true, actions: [] }]);
  });
});

describe('a part that is full', () => {
  it('is put once in its final shape, and not again until the final', async () => {
    const { clock, speaker, delivery } = openDelivery(undefined, { maxPart: 200 });
    const words = paragraphs(20).split(/(?<= )/);
    for (const word of words) {
      delivery.delta(word);
      await clock.advance(100);
    }
    await delivery.halt();
    const puts = speaker.calls.flatMap((call) =>
      call.kind === 'put' && call.index === 0 ? [call] : [],
    );
    expect(puts.length).toBeGreaterThan(2);
    expect(puts.map(({ options }) => options.final).indexOf(true)).toBe(puts.length - 1);
  });

  it('is not put again by the final when nothing of it changes, but is when it is put once more', async () => {
    const { clock, speaker, delivery } = openDelivery(undefined, { maxPart: 200 });
    // One paragraph a message, in drafts and finals.
    const text = ['a ', 'b ', 'c '].map((word) => word.repeat(70).trim()).join('\n\n');
    delivery.delta(text);
    await clock.advance(3_000);
    await delivery.halt();
    const before = speaker.calls.length;
    await delivery.finish(answer(text));
    const indexes = () =>
      speaker.calls.slice(before).flatMap((call) => (call.kind === 'put' ? [call.index] : []));
    expect(indexes()).toEqual([2]);
    await delivery.finish(answer(text));
    expect(indexes()).toEqual([2, 0, 1, 2]);
  });
});

describe('the rest of a long answer', () => {
  const long = paragraphs(60);
  const setup = { maxPart: 300, maxParts: 2 };

  it('comes as a file behind the messages, once however often it is delivered', async () => {
    const { speaker, delivery, openFor, saved } = openDelivery(undefined, setup);
    await delivery.finish(answer(long));
    await delivery.finish(answer(long));
    expect(speaker.messages).toHaveLength(2);
    expect(speaker.files).toMatchObject([{ name: 'answer.md', index: 2 }]);
    expect(saved().map(({ kind }) => kind)).toEqual([undefined, undefined, 'file']);
    await openFor(buildTurn({ state: 'answered', parts: saved() })).finish(answer(long));
    expect(speaker.calls.filter(({ kind }) => kind === 'file')).toHaveLength(1);
    expect(speaker.messages.at(-1)?.actions).toContain('feedback');
  });

  it('is attached anew when a later attempt has another text', async () => {
    const { speaker, delivery, openFor, saved } = openDelivery(undefined, setup);
    await delivery.finish(answer(long));
    const later = openFor(buildTurn({ state: 'running', attempt: 2, parts: saved() }));
    await later.finish(answer(`${long}\n\nAnd more.`));
    expect(speaker.files).toHaveLength(1);
    expect(speaker.files[0]?.text).toContain('And more.');
  });

  it('disappears with a short answer, and with the reply', async () => {
    const { speaker, delivery, saved } = openDelivery(undefined, setup);
    await delivery.finish(answer(long));
    await delivery.finish(answer('Short.'));
    expect(speaker.files).toEqual([]);
    expect(saved()).toHaveLength(1);
    await delivery.finish(answer(long));
    await delivery.remove();
    expect([...speaker.files, ...speaker.messages]).toEqual([]);
    expect(saved()).toEqual([]);
  });

  it('makes room where a file stood and a message has to stand', async () => {
    const { speaker, delivery, openFor, saved } = openDelivery(undefined, {
      maxPart: 300,
      maxParts: 1,
    });
    await delivery.finish(answer(long));
    expect(saved().map(({ kind }) => kind)).toEqual([undefined, 'file']);
    const turn = buildTurn({ state: 'answered', parts: saved() });
    await openFor(turn, { ...speaker, maxParts: 2 }).finish(answer(long));
    expect(saved().map(({ kind }) => kind)).toEqual([undefined, undefined, 'file']);
    expect([speaker.messages.length, speaker.files.length]).toEqual([2, 1]);
  });
});

describe('the ping', () => {
  const pings = (parts: readonly ReplyPart[]) => parts.filter(({ kind }) => kind === 'ping');

  const answerAfter = async (ms: number) => {
    const world = openDelivery(undefined, { pingAfterMs: 30_000 });
    world.delivery.delta('One ');
    await world.clock.advance(ms);
    await world.delivery.finish(answer('One two'));
    return world;
  };

  it('follows an answer whose first message is old, once', async () => {
    const { speaker, delivery, saved } = await answerAfter(31_000);
    expect(speaker.messages).toMatchObject([
      { text: 'One two', ping: false },
      { text: 'Your answer is ready.', ping: true, actions: [] },
    ]);
    await delivery.finish(answer('One two'));
    expect(speaker.messages).toHaveLength(2);
    expect(pings(saved())).toHaveLength(1);
    await delivery.remove();
    expect(speaker.messages).toEqual([]);
  });

  it('follows no quick answer, and no notice', async () => {
    expect((await answerAfter(29_000)).speaker.messages).toHaveLength(1);
    const { clock, speaker, delivery } = openDelivery(undefined, { pingAfterMs: 30_000 });
    delivery.delta('One ');
    await clock.advance(60_000);
    await delivery.notice('The language model is busy.');
    expect(speaker.messages).toHaveLength(1);
  });

  it('follows when another worker finishes it, but not when the reply is put once more later', async () => {
    const askedAt = new Date(Date.UTC(2026, 0, 5, 8, 59));
    const world = openDelivery(undefined, { pingAfterMs: 30_000 });
    await world.delivery.finish(answer('One'));
    const stored = { id: asId<never>('slack-T1-C1-1767603600.000100'), parts: world.saved() };
    const again = buildTurn({ ...stored, state: 'done', refreshReply: true, askedAt });
    await world.openFor(again).finish(answer('One'));
    expect(world.speaker.messages).toHaveLength(1);
    const taken = buildTurn({ ...stored, state: 'answered', attempt: 2, askedAt });
    await world.openFor(taken).finish(answer('One'));
    expect(world.speaker.messages).toHaveLength(2);
  });

  it('that does not get through fails nothing, and is told of', async () => {
    const { clock, log, speaker, openFor } = openDelivery(undefined, { pingAfterMs: 30_000 });
    const openReply: Speaker['openReply'] = (turn, options) => {
      const reply = speaker.openReply(turn, options);
      return {
        ...reply,
        putPart: async (index, markdown, put) => {
          if (put.ping === true) throw new BotError('platform_forbidden');
          return reply.putPart(index, markdown, put);
        },
      };
    };
    const delivery = openFor(buildTurn(), { ...speaker, openReply });
    delivery.delta('One ');
    await clock.advance(31_000);
    await delivery.finish(answer('One two'));
    expect(speaker.messages).toMatchObject([{ text: 'One two' }]);
    expect(log.lines).toMatchObject([
      { event: 'done ping not sent', details: { code: 'platform_forbidden' } },
    ]);
  });
});
