/** Holds what a line of the log looks like. */
import { describe, expect, test } from 'vitest';
import { createPinoLog, type PinoLogOptions } from '../../../../src/drivers/system/pino-log.ts';

const recording = (level: PinoLogOptions['level']) => {
  const lines: string[] = [];
  return { lines, log: createPinoLog({ level, to: { write: (line) => lines.push(line) } }) };
};

describe('createPinoLog', () => {
  test('writes one JSON line with level, time, event and details', () => {
    const { lines, log } = recording('info');
    log.warn('lease lost', { turnId: 'slack-T1-C1-1.2', attempt: 2, final: false });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\}\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      event: 'lease lost',
      turnId: 'slack-T1-C1-1.2',
      attempt: 2,
      final: false,
    });
  });

  test('writes an event without details', () => {
    const { lines, log } = recording('info');
    log.info('worker started');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', event: 'worker started' });
  });

  test.each([
    ['info', 3],
    ['warn', 2],
    ['error', 1],
    ['silent', 0],
  ] as const)('at level %s keeps %d of the three levels', (level, kept) => {
    const { lines, log } = recording(level);
    log.info('one');
    log.warn('two');
    log.error('three');
    expect(lines).toHaveLength(kept);
  });
});
