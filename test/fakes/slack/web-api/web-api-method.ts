/**
 * What a Web API method of the fake is made of, and the error by which it refuses.
 * @see https://docs.slack.dev/apis/web-api (form bodies everywhere, JSON bodies only on methods that write)
 */

import type { BotToken } from '../bot-tokens.ts';
import type { FakeSlackClock } from '../clock.ts';
import type { ViewStore } from '../view-store.ts';
import type { Channel, Workspace } from '../workspace.ts';
import type { WorkspaceState } from '../workspace-state.ts';

export type Arguments = Readonly<Record<string, unknown>>;

export interface MethodContext {
  /** The workspace that the calling token belongs to. */
  readonly workspace: Workspace;
  readonly token: BotToken | undefined;
  readonly state: WorkspaceState;
  readonly views: ViewStore;
  readonly clock: FakeSlackClock;
  /** Where the fake is reached, for addresses in answers. */
  readonly origin: string;
  readonly args: Arguments;
}

export interface WebApiMethod {
  /** Read methods ignore a JSON body: their arguments then count as missing. */
  readonly acceptsJson: boolean;
  readonly required: readonly string[];
  /** The fields of the answer beside `ok: true`; throws SlackRefusal. */
  readonly call: (context: MethodContext) => Record<string, unknown>;
}

/** `ok: false` in a 200. */
export class SlackRefusal extends Error {
  readonly code: string;
  readonly messages: readonly string[];

  constructor(code: string, messages: readonly string[] = []) {
    super(code);
    this.code = code;
    this.messages = messages;
  }
}

export function textArgument(args: Arguments, name: string): string | undefined {
  const value = args[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(args: Arguments, name: string): string {
  return textArgument(args, name) ?? '';
}

export function flagArgument(args: Arguments, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** An object or list, sent as JSON or, in a form, as text that holds JSON. */
export function jsonArgument(args: Arguments, name: string, refusal: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new SlackRefusal(refusal);
  }
}

/** Private channels that the bot is not in do not exist for it. */
export function visibleChannel({ workspace, args }: MethodContext): Channel {
  const channel = workspace.channels.get(requiredText(args, 'channel'));
  const isHidden = channel?.kind === 'group' || channel?.kind === 'mpim';
  if (!channel || (isHidden && !channel.botIsMember)) throw new SlackRefusal('channel_not_found');
  return channel;
}
