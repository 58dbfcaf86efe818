/**
 * The addresses by which an interaction may be answered for half an hour, five times each, also where the bot is no member.
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
import type { FakeSlackClock } from './clock.ts';
import type { Json } from './message-json.ts';
import { readContent } from './web-api/message-content.ts';
import { SlackRefusal } from './web-api/web-api-method.ts';
import type { Channel, Workspace } from './workspace.ts';
import type { WorkspaceState } from './workspace-state.ts';

const lifeMs = 30 * 60_000;
const maxUses = 5;

export interface AnsweredPlace {
  readonly workspace: Workspace;
  readonly channel: Channel;
  readonly user: string;
  readonly threadTs?: string | undefined;
}

export interface ResponseUrls {
  open(place: AnsweredPlace): string;
  /** Of a request to one of the addresses: the status that Slack answers with, and its body. */
  take(path: string, body: unknown): { readonly status: number; readonly body: string };
  /** What an answer says, to the one person or to the channel. */
  show(place: AnsweredPlace, answer: unknown): void;
}

export function createResponseUrls({
  state,
  clock,
  baseUrl,
}: {
  readonly state: WorkspaceState;
  readonly clock: FakeSlackClock;
  readonly baseUrl: () => string;
}): ResponseUrls {
  const open = new Map<
    string,
    { readonly place: AnsweredPlace; readonly atMs: number; left: number }
  >();

  function show({ workspace, channel, user, threadTs }: AnsweredPlace, answer: unknown): void {
    const message = answer as Json;
    const content = readContent(message, {
      ...{ maxText: 40_000, overMaxText: 'cut', blocksTooLong: 'msg_too_long' },
    });
    const authored = {
      ...{ user: workspace.botUserId, botId: workspace.botId, text: content.text },
      ...(content.blocks ? { blocks: content.blocks } : {}),
      ...(threadTs === undefined ? {} : { threadTs }),
    };
    const where = { workspace, channel };
    if (message['response_type'] === 'in_channel') {
      state.post(where, authored);
      return;
    }
    const shown = { ...authored, ts: state.nextTs(), reactions: [], isTombstone: false };
    state.tell({ kind: 'ephemeral', ...where, message: shown, byBot: true, onlyFor: user });
  }

  return {
    open(place) {
      const path = `/response/${place.workspace.id}/${open.size + 1}`;
      open.set(path, { place, atMs: clock.now(), left: maxUses });
      return baseUrl() + path;
    },
    take(path, body) {
      const url = open.get(path);
      if (!url || url.left === 0) return { status: 404, body: 'used_url' };
      if (clock.now() - url.atMs > lifeMs) return { status: 404, body: 'expired_url' };
      url.left -= 1;
      try {
        show(url.place, body);
        return { status: 200, body: 'ok' };
      } catch (error) {
        if (!(error instanceof SlackRefusal)) throw error;
        return { status: 400, body: error.code };
      }
    },
    show,
  };
}
