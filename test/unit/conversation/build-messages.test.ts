import { describe, expect, it } from 'vitest';
import { buildMessages } from '../../../src/conversation/build-messages.ts';
import { asId } from '../../../src/domain/ids.ts';
import { buildTurn } from '../../fakes/build.ts';

const turn = (id: string, rest: Parameters<typeof buildTurn>[0] = {}) =>
  buildTurn({
    id: asId(id),
    question: { text: `${id}?` },
    answer: { text: `${id}!` },
    state: 'done',
    ...rest,
  });
const asked = buildTurn({ id: asId('now'), question: { text: 'now?' } });
const contents = (...earlier: ReturnType<typeof turn>[]) =>
  buildMessages([...earlier, asked], asked).map((message) => message.content);

describe('buildMessages', () => {
  it('ends with the question, after the earlier exchanges', () => {
    expect(contents(turn('a'), turn('b'))).toEqual(['a?', 'a!', 'b?', 'b!', 'now?']);
  });

  it('leaves out what failed, what was cancelled and what comes later', () => {
    const { answer: _none, ...failed } = turn('a', { state: 'failed' });
    const later = turn('later');
    expect(buildMessages([failed, turn('b', { state: 'cancelled' }), asked, later], asked)).toEqual(
      [{ role: 'user', content: 'now?' }],
    );
  });

  it('leaves out what the asker may not see', () => {
    const guest = buildTurn({ ...asked, audience: 'public' });
    const messages = buildMessages(
      [turn('team'), turn('open', { audience: 'public' }), guest],
      guest,
    );
    expect(messages.map((message) => message.content)).toEqual(['open?', 'open!', 'now?']);
  });

  it('holds the last answer alone of a question that was answered several times', () => {
    const repeat = (n: number) => turn(`a-r${n}`, { repeats: asId('a'), question: { text: 'a?' } });
    expect(contents(turn('a'), repeat(1), turn('b'), repeat(2))).toEqual([
      'b?',
      'b!',
      'a?',
      'a-r2!',
      'now?',
    ]);
  });

  it('keeps the answer of a question whose repeats have none, or none that the asker may see', () => {
    const { answer: _none, ...failed } = turn('a-r1', { repeats: asId('a'), state: 'failed' });
    const stopped = turn('a-r2', { repeats: asId('a'), state: 'cancelled' });
    expect(contents(turn('a'), failed, stopped)).toEqual(['a?', 'a!', 'now?']);
    const guest = buildTurn({ ...asked, audience: 'public' });
    const hidden = turn('a-r1', { repeats: asId('a'), audience: 'team' });
    const messages = buildMessages([turn('a', { audience: 'public' }), hidden, guest], guest);
    expect(messages.map(({ content }) => content)).toEqual(['a?', 'a!', 'now?']);
  });

  it('leaves out the exchange that is asked again now', () => {
    const again = buildTurn({ id: asId('a-r1'), repeats: asId('a'), question: { text: 'a?' } });
    const messages = buildMessages([turn('a'), turn('b'), again], again);
    expect(messages.map(({ content }) => content)).toEqual(['b?', 'b!', 'a?']);
  });

  it('begins with what a client told of the time before', () => {
    const seeded = turn('a', { seedHistory: [{ role: 'user', content: 'before' }] });
    expect(contents(seeded)).toEqual(['before', 'a?', 'a!', 'now?']);
  });
});
