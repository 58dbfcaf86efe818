/** The Speaker's contract on Discord, over a Discord on loopback: in a thread, in a channel, in direct messages, and in a command's response. */
import { Routes } from 'discord-api-types/v10';
import { describe } from 'vitest';
import * as z from 'zod';
import { type DiscordAction, readActionId } from '../../adapters/discord/action-ids.ts';
import { type DiscordAddress, tokenContext } from '../../adapters/discord/reply-address.ts';
import { discordInteractionTurnId } from '../../src/domain/turn-id.ts';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import type { FakeDiscord } from '../fakes/discord/fake-discord.ts';
import { startDiscordSpeaking } from '../fakes/discord-speech.ts';
import { describeSpeaker } from './speaker.contract.ts';
import type { SpeakerHarness } from './speaker-harness.ts';

type Kind = 'thread' | 'channel' | 'direct' | 'response';

const posts: ReadonlySet<string> = new Set([
  ...['createMessage', 'startThread', 'editResponse', 'createFollowUp'],
]);
const edits: ReadonlySet<string> = new Set(['editMessage', 'editResponse']);
const always = { times: Number.POSITIVE_INFINITY };

const startHarness = async (
  kind: Kind,
  { deny = [] }: { readonly deny?: readonly ('SendMessages' | 'AttachFiles')[] } = {},
): Promise<SpeakerHarness> => {
  const speaking = await startDiscordSpeaking();
  const { discord, speaker, api, box, user, guild, channel } = speaking;
  const thread = discord.startThread({ channel, user, name: 'How' });
  const direct = discord.openDirectMessage(user);
  const place = { thread, channel, response: channel, direct }[kind];
  if (deny.length > 0) discord.setPermissions({ channel, to: 'bot', deny });
  let privateBefore = 0;
  const all = () => [
    ...discord.botMessages(place),
    ...discord.threads(channel).flatMap(({ id }) => (id === place ? [] : discord.botMessages(id))),
  ];
  const replies = () => all().filter(({ isLoading, files }) => !isLoading && files.length === 0);

  const turnOf = (id: string, address: DiscordAddress) => {
    privateBefore = discord.messages(direct).length;
    return speaking.turnOf(id, address);
  };
  const askByResponse = async () => {
    const { id, token } = discord.slashCommand({ channel, user });
    const request = {
      ...({ method: 'POST', route: Routes.interactionCallback(id, token), auth: false } as const),
      body: { type: 5 },
    };
    await api.call(request, { answer: z.unknown() });
    const message = discord.interaction(id).response?.id ?? '';
    const { applicationId } = discord;
    const response = {
      ...{ message, applicationId, expiresAtMs: Date.now() + 900_000 },
      sealedToken: box.seal(token, tokenContext(applicationId, message)),
    };
    return { ...turnOf(id, { channel, guild, user, response }), id: discordInteractionTurnId(id) };
  };

  return {
    speaker,
    ask: async () => {
      if (kind === 'response') return askByResponse();
      const { message } =
        kind === 'direct'
          ? discord.directMessage({ user, text: 'How?' })
          : discord.mention({ channel: place, user, text: 'How?' });
      return turnOf(message, {
        ...{ channel: place, user, message },
        ...(kind !== 'direct' && { guild }),
      });
    },
    askByCommand: async () => {
      const { message } = discord.mention({ channel, user, text: 'How many **days**?' });
      return turnOf(message, { channel, guild, user, message, threadArchiveMinutes: '1440' });
    },
    seen: () => replies().map(({ id, text }) => ({ platformId: id, text })),
    seenFiles: () =>
      discord.files(place).map(({ name, text, message }) => ({ platformId: message, name, text })),
    seenThreads: () => discord.threads(channel).length - 1,
    actionsOn: (platformId) =>
      (replies().find(({ id }) => id === platformId)?.buttons ?? []).flatMap(actionOf),
    rang: (platformId) =>
      discord.timeline().some(({ id, pings }) => id === platformId && pings.includes(`<@${user}>`)),
    dispose: async () => {},
    faults: faultsOf(discord, {
      kind,
      channel,
      place,
      direct,
      all,
      privateBefore: () => privateBefore,
    }),
  };
};

const faultsOf = (
  discord: FakeDiscord,
  at: {
    readonly kind: Kind;
    readonly channel: string;
    readonly place: string;
    readonly direct: string;
    readonly all: () => readonly { readonly id: string }[];
    readonly privateBefore: () => number;
  },
): SpeakerHarness['faults'] => {
  const isPost = { matches: ({ method }: { method: string }) => posts.has(method) };
  return {
    loseNextPost: () => discord.failNext('*', { status: 'apply-then-drop', ...isPost }),
    failNextPost: () => discord.failNext('*', { status: 503, ...isPost }),
    loseNextFile: () =>
      discord.failNext('*', {
        status: 'apply-then-drop',
        matches: ({ fileNames }) => fileNames.length > 0,
      }),
    limitNextPost: (retryAfterMs) =>
      discord.failNext('*', { status: 429, retryAfterS: retryAfterMs / 1_000, ...isPost }),
    deleteByPerson: async (message) => discord.deleteMessage({ channel: at.place, message }),
    closeEditing: () => {
      const closed = new Set(at.all().map(({ id }) => id));
      const isClosed = (message: string) => message === '@original' || closed.has(message);
      discord.failNext('*', {
        ...{ ...always, status: 429, code: 30_046 },
        matches: ({ method, params }) => edits.has(method) && isClosed(params['message'] ?? ''),
      });
    },
    // What Discord's filters refuse is the words and links, not the form: once, and then it passes.
    refuseMarkup: () => discord.failNext('*', { code: 200_000, ...isPost }),
    removeBot: () => {
      if (at.kind === 'response')
        for (const method of ['editResponse', 'createFollowUp'])
          discord.failNext(method, { ...always, code: 50_027 });
      if (at.kind === 'direct')
        discord.failNext('*', {
          ...{ ...always, code: 50_278 },
          matches: ({ params }) => params['channel'] === at.place,
        });
      else discord.setPermissions({ channel: at.channel, to: 'bot', deny: ['ViewChannel'] });
    },
    privateNotices: () =>
      discord
        .messages(at.direct)
        .slice(at.privateBefore())
        .map(({ text }) => text),
  };
};

/** The two buttons of a rating are one action. */
const shown: Readonly<Record<DiscordAction, readonly ReplyAction[]>> = {
  stop: ['stop'],
  helpful: ['feedback'],
  'not-helpful': [],
  again: ['again'],
  passages: ['passages'],
  reason: [],
};

const actionOf = (button: { readonly label: string; readonly customId?: string }) => {
  const action = readActionId(button.customId ?? '')?.action;
  if (button.label === 'Answer the edited question') return ['again-edited'] as const;
  return action === undefined ? [] : shown[action];
};

describe('Discord, in a thread', () => {
  describeSpeaker(() => startHarness('thread'));
});

describe('Discord, in a channel where no thread was made', () => {
  describeSpeaker(() => startHarness('channel'));
});

describe("Discord, in a command's response", () => {
  describeSpeaker(() => startHarness('response'));
});

describe("Discord, in a command's response where the bot may not write", () => {
  describeSpeaker(() => startHarness('response', { deny: ['SendMessages', 'AttachFiles'] }));
});

describe('Discord, in direct messages', () => {
  const noThreads = 'a direct message has no threads';
  describeSpeaker(() => startHarness('direct'), {
    skip: {
      'makes one thread for a command, and answers there': noThreads,
      'finds its thread when the confirmation was lost': noThreads,
      'finds the thread of an attempt that never stored it': noThreads,
      'tells the asker in private when the place refuses us':
        'the place is the private one already',
    },
  });
});
