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

  it('begins with what a client told of the time before', () => {
    const seeded = turn('a', { seedHistory: [{ role: 'user', content: 'before' }] });
    expect(contents(seeded)).toEqual(['before', 'a?', 'a!', 'now?']);
  });
});
