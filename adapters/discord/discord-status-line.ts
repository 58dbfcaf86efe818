/** Shows that an answer is being worked on, by Discord's typing indicator; it has no words. */
import { toBotError } from '../../src/domain/errors.ts';
import type { StatusLine } from '../../src/ports/status-line.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { readAddress, writesResponse } from './reply-address.ts';

/** A command's deferred response says "is thinking…" by itself. Nothing is shown where the thread for the answer is still to be made. */
export const createDiscordStatusLine = ({
  typing,
  clock,
  log,
}: Pick<DiscordSpeech, 'typing' | 'clock' | 'log'>): StatusLine => ({
  platform: 'discord',
  async show(turn, phase, { signal }) {
    if (phase === undefined || signal.aborted) {
      typing.end(turn.id);
      return false;
    }
    try {
      const {
        channel,
        threadArchiveMinutes,
        command,
        response = command,
      } = readAddress(turn.replyTo);
      if (writesResponse(turn, response)) return response.expiresAtMs > clock.now();
      if (threadArchiveMinutes !== undefined) return false;
      return await typing.begin(turn.id, { channel, signal });
    } catch (error) {
      log.warn('status not shown', { turnId: turn.id, code: toBotError(error).code });
      return false;
    }
  },
});
