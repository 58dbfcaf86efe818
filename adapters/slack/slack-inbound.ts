/** The listening half of Slack over HTTP: what people write and press becomes turns before it is acknowledged. */
import type { SlackListeningDeps } from './listener-deps.ts';
import { createSlackApp } from './slack-app.ts';
import { createSlackReceiver } from './slack-receiver.ts';

export interface SlackInboundDeps extends SlackListeningDeps {
  readonly settings: SlackListeningDeps['settings'] & { readonly signingSecret: string };
}

export interface SlackInbound {
  /** For `POST /slack/events`: events, commands and interactions. */
  handle(request: Request): Promise<Response>;
  /** Resolves when nothing is being worked on behind an answer. */
  close(): Promise<void>;
}

/** Calls nothing of Slack's before the first request: it starts, and answers, while Slack is away. */
export const createSlackInbound = (deps: SlackInboundDeps): SlackInbound => {
  const receiver = createSlackReceiver({ ...deps, ...deps.settings });
  createSlackApp(deps, receiver);
  return {
    handle: receiver.handle,
    async close() {
      await receiver.stop();
    },
  };
};
