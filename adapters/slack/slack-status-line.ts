/** Slack's own line under a thread that says what the app is doing. */
import * as z from 'zod';
import type { ChatPhase } from '../../src/domain/chat-event.ts';
import { toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { StatusLine } from '../../src/ports/status-line.ts';
import { createRefusals, isNotOffered } from './refusals.ts';
import { readAddress } from './reply-address.ts';
import { slackCodeOf } from './slack-errors.ts';
import type { SlackWorkspaces } from './slack-workspaces.ts';

/** Slack puts the app's name before it. */
const texts: Readonly<Record<ChatPhase, string>> = {
  refining: 'is reading the thread…',
  retrieving: 'is searching the documents…',
  generating: 'is writing…',
};

/**
 * Best effort: not every plan has it in every kind of conversation, so a refusal holds for an hour for that kind in the workspace. Slack takes the line away by
 * itself after two minutes, and when the app writes in the thread.
 *
 * @see https://docs.slack.dev/reference/methods/assistant.threads.setStatus
 */
export const createSlackStatusLine = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly clock: Pick<Clock, 'monotonic'>;
}): StatusLine => {
  const refusals = createRefusals(deps.clock);
  return {
    platform: 'slack',
    async show(turn, phase, { signal }) {
      try {
        signal.throwIfAborted();
        const address = readAddress(turn.replyTo);
        const { team, channel, threadTs } = address;
        const kind = `${team} ${channel.slice(0, 1)}`;
        if (threadTs === undefined || refusals.has(kind)) return false;
        const status = phase === undefined ? '' : texts[phase];
        const args = { channel_id: channel, thread_ts: threadTs, status };
        const { call } = deps.workspaces.of(address);
        return await call('assistant.threads.setStatus', args, { answer: z.unknown() }).then(
          () => phase !== undefined,
          (error: unknown) => {
            const failure = toBotError(error);
            const isUnknownThread = slackCodeOf(failure) === 'invalid_thread_ts';
            if (isUnknownThread || isNotOffered(failure)) refusals.add(kind);
            return false;
          },
        );
      } catch {
        return false;
      }
    },
  };
};
