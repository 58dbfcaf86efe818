import { describe, expect, it } from 'vitest';
import { createConsoleSpeaker } from '../../../../adapters/console/console-speaker.ts';
import { asId } from '../../../../src/domain/ids.ts';
import type { Reply } from '../../../../src/ports/speaker.ts';
import { buildTurn } from '../../../fakes/build.ts';
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts';

const { signal } = new AbortController();
const final = { final: true, signal };
const draft = { final: false, signal };

const open = (terminal: FakeTerminal, id = 'turn-1'): Reply =>
  createConsoleSpeaker({ stream: terminal.stream, hyperlinks: false }).openReply(
    buildTurn({ id: asId(id) }),
    { parts: [], firstAttempt: true },
  );

describe('on a terminal', () => {
  it('the text grows by its new words alone', async () => {
    const terminal = createFakeTerminal();
    const reply = open(terminal);
    for (const text of ['28', '28 days', '28 days **of le**', '28 days **of leave**'])
      await reply.putPart(0, text, draft);
    await reply.putPart(0, '28 days **of leave**.', final);
    expect(terminal.written).toEqual(['28', ' days', ' of le', 'ave', '.\n']);
  });

  it('a status gives way to the first word', async () => {
    const terminal = createFakeTerminal();
    const reply = open(terminal);
    await reply.putPart(0, '_Searching the documents…_', draft);
    expect(terminal.screen()).toBe('Searching the documents…');
    await reply.putPart(0, '28', draft);
    expect(terminal.screen()).toBe('28');
  });

  it('only the lines that changed are drawn again', async () => {
    const terminal = createFakeTerminal();
    const reply = open(terminal);
    await reply.putPart(0, 'One.\n\nTwo words.\nThree.', draft);
    await reply.putPart(0, 'One.\n\nTwo words [1].\nThree.', final);
    expect(terminal.screen()).toBe('One.\n\nTwo words [1].\nThree.');
    expect(terminal.written.at(-1)).toBe('\r\u001b[1A\u001b[JTwo words [1].\nThree.\n');
  });

  it('wrapped lines are counted', async () => {
    const terminal = createFakeTerminal({ columns: 10 });
    const reply = open(terminal);
    for (const text of ['x'.repeat(10), 'x'.repeat(25), `y${'x'.repeat(30)}\n\nz`, 'y'])
      await reply.putPart(0, text, draft);
    expect(terminal.screen()).toBe('y');
  });

  it('what has left the screen is told again, once and whole', async () => {
    const terminal = createFakeTerminal({ rows: 5 });
    const reply = open(terminal);
    const lines = (first: string) => [first, 'b', 'c', 'd', 'e', 'f', 'g'].join('\n');
    await reply.putPart(0, lines('a'), draft);
    await reply.putPart(0, lines('A'), draft);
    expect(terminal.screen()).toBe(lines('a'));
    await reply.putPart(0, lines('A'), final);
    expect(terminal.screen()).toBe(`${lines('a')}\n\n${lines('A')}`);
  });

  it('the next answer begins on a line of its own', async () => {
    const terminal = createFakeTerminal();
    const speaker = createConsoleSpeaker({ stream: terminal.stream, hyperlinks: false });
    const reply = (id: string) =>
      speaker.openReply(buildTurn({ id: asId(id) }), { parts: [], firstAttempt: true });
    await reply('turn-1').putPart(0, 'Half an ans', draft);
    await reply('turn-2').putPart(0, 'Whole.', final);
    await reply('turn-3').putPart(0, 'Next.', final);
    expect(terminal.screen()).toBe('Half an ans\nWhole.\nNext.');
  });
});

describe('in a pipe', () => {
  it('the final stands alone, without a control character', async () => {
    const terminal = createFakeTerminal({ isTTY: false });
    const reply = open(terminal);
    await reply.putPart(0, '_Searching…_', draft);
    await reply.putPart(0, '28', draft);
    await reply.putPart(0, '28 [[1]](https://a.io)', final);
    await reply.putPart(0, '28 [[1]](https://a.io)', final);
    expect(terminal.written).toEqual(['28 [1]\n']);
  });

  it('parts follow each other', async () => {
    const terminal = createFakeTerminal({ isTTY: false });
    const reply = open(terminal);
    await reply.putPart(0, 'One', final);
    await reply.putPart(1, 'Two', final);
    expect(terminal.screen()).toBe('One\n\nTwo');
  });

  it.each([
    ['EPIPE', 'reply_deleted'],
    ['ENOSPC', 'platform_unavailable'],
  ])('that fails with %s the answer ends as %s', async (fault, code) => {
    const terminal = createFakeTerminal({ isTTY: false });
    const reply = open(terminal);
    terminal.breakPipe(fault);
    await expect(reply.putPart(0, 'canary', final)).rejects.toMatchObject({
      code,
      cause: { vendorCode: fault },
    });
  });
});
