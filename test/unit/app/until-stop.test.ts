/** Holds when the end of Discord's gateway is the end of the process, and which exit code says so. */
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../app/start.ts';
import { untilStop } from '../../../app/until-stop.ts';
import { BotError } from '../../../src/domain/errors.ts';

const never = new Promise<never>(() => {});
const ended = Promise.resolve(new BotError('config_invalid'));
const stop = (asked: readonly Role[], signal: Promise<string> = never) =>
  untilStop({ asked, signal, prompting: undefined, discord: { ended } });

describe('untilStop', () => {
  it('stops a process that is for Discord alone with code 3', async () => {
    expect(await stop(['discord'])).toEqual({ signal: 'the end of discord', exitCode: 3 });
  });

  it.each([
    [['api', 'discord']],
    [['discord', 'worker']],
    [['api', 'slack', 'discord', 'worker']],
  ])('lets %j go on until a signal, and ends with code 0', async (asked) => {
    const late = ended.then(() => ended).then(() => 'SIGTERM');
    expect(await stop(asked as readonly Role[], late)).toEqual({
      signal: 'SIGTERM',
      exitCode: 0,
    });
  });

  it('stops by a signal and by the prompt with code 0', async () => {
    const asked: readonly Role[] = ['discord'];
    const running = { asked, discord: { ended: never } };
    const bySignal = { ...running, signal: Promise.resolve('SIGINT'), prompting: undefined };
    expect(await untilStop(bySignal)).toEqual({ signal: 'SIGINT', exitCode: 0 });
    const byPrompt = { ...running, signal: never, prompting: Promise.resolve('the prompt') };
    expect(await untilStop(byPrompt)).toEqual({ signal: 'the prompt', exitCode: 0 });
  });
});
