/** What the program was told, checked and typed. */
import type { Audience } from '../domain/audience.ts';
import type { KnowledgeBase } from '../domain/chunk.ts';
import type { Dialog } from '../domain/dialog.ts';
import type { DialogId, KnowledgeBaseId } from '../domain/ids.ts';

export interface ModelConfig {
  readonly model: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Sent only when set: newer models refuse it. */
  readonly temperature?: number;
}

/** A folder, or a file, that is a source of a knowledge base. */
export interface FolderSourceConfig {
  /** Names the source over restarts and moves of the folder: the path as the file gives it. */
  readonly id: string;
  /** Absolute. */
  readonly folder: string;
  readonly include: readonly string[];
  /** Template with `{path}` and `{anchor}`. */
  readonly link?: string;
}

export interface KnowledgeConfig extends KnowledgeBase {
  readonly id: KnowledgeBaseId;
  readonly sources: readonly FolderSourceConfig[];
}

/** What the bot answers in a place: only who calls it, every question that it knows the answer to, or nobody. */
export type Listen = 'mention' | 'all' | 'off';

export interface SlackPlace {
  readonly channel: string;
  readonly dialogId: DialogId;
  readonly listen: Listen;
  /** Overrides what the channel and the asker would allow. */
  readonly audience?: Audience;
}

/** How the bot behaves on Slack, whatever the place. */
export interface SlackBehaviour {
  /** Whether somebody who has asked in a thread is answered there without a mention. */
  readonly followUps: boolean;
  /** Whether answers in direct messages use Slack's own streaming instead of edits. */
  readonly nativeStreams: boolean;
  /** Whether a short message tells the asker that a long answer is done: edits ring nobody. */
  readonly donePing: boolean;
  /** What a workspace takes of `chat.update`; Slack promises at least 50. */
  readonly editsPerMinute: number;
}

/** Of a community's server: who may ask what, and how often. A person who may not is told so, except the blocked. */
export interface DiscordRules {
  /** Between two questions of one person in the place; 0 for none. */
  readonly coolDownMs: number;
  /** Ids; whoever has one of them may ask. Empty: everybody. */
  readonly roles: readonly string[];
  /** A question with one of them is not answered. */
  readonly blockedWords: readonly string[];
  /** Ids of people who are not answered at all. */
  readonly blockedPeople: readonly string[];
}

/**
 * What holds for a channel and its threads, or for a forum and its posts, or for what of a server has no place of its own, or for all direct messages: one of
 * `channel`, `guild` and `direct` is given.
 */
export interface DiscordPlace {
  readonly channel?: string;
  readonly guild?: string;
  readonly direct?: true;
  readonly dialogId: DialogId;
  readonly listen: Listen;
  /** Absent: `public`. */
  readonly audience?: Audience;
  /** Of a forum: the id of the tag that a post gets with its answer. */
  readonly answeredTag?: string;
  readonly rules: DiscordRules;
}

/** How the bot behaves on Discord, whatever the place. */
export interface DiscordBehaviour {
  /** Whether somebody who has asked in a thread is answered there without a mention. */
  readonly followUps: boolean;
  /** Whether the privileged intent Message Content is asked for. Without it only mentions, replies, direct messages and commands can be read. */
  readonly messageContent: boolean;
  /** After so much silence Discord puts a thread away. */
  readonly archiveAfterMinutes: 60 | 1_440 | 4_320 | 10_080;
  /** How old a message may be that was sent while the bot was away and is answered yet; 0 to 1,440. */
  readonly lookBackMinutes: number;
  /** Whether a short message tells the asker that a long answer is done: edits ring nobody. */
  readonly donePing: boolean;
  /** What all processes together take of Discord's 50 requests a second of one bot; 1 to 50. */
  readonly requestsPerSecond: number;
}

export interface SlackOAuthConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Ids of the workspaces and organisations that may install the app; never empty. `any`: whoever finds the address. */
  readonly workspaces: readonly string[] | 'any';
}

export interface Config {
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly isPortGiven: boolean;
    readonly apiKeys: readonly string[];
  };
  readonly dataDir: string;
  readonly logLevel: 'info' | 'warn' | 'error';
  /** Undefined: embedded, conversations in memory. */
  readonly servers: { readonly mongodbUrl: string; readonly redisUrl: string } | undefined;
  /** Undefined: the quote model. */
  readonly openai:
    | {
        /** Absent for local servers that want none. */
        readonly apiKey?: string;
        readonly baseUrl: string;
        readonly chat: ModelConfig;
        /** Undefined: the embedded English model. */
        readonly embeddingModel: string | undefined;
      }
    | undefined;
  readonly slack:
    | {
        readonly apiUrl: string;
        /** Of the one workspace; undefined with `oauth`. */
        readonly botToken: string | undefined;
        /** Proves requests over HTTP; undefined where everything comes by Socket Mode. */
        readonly signingSecret: string | undefined;
        /** Given: events come by Socket Mode. */
        readonly appToken: string | undefined;
        /** Given: workspaces install the app themselves, and `secretKeys` is not empty. */
        readonly oauth: SlackOAuthConfig | undefined;
      }
    | undefined;
  readonly slackBehaviour: SlackBehaviour;
  readonly discord:
    | {
        readonly token: string;
        /** Without the version. */
        readonly apiUrl: string;
      }
    | undefined;
  readonly discordBehaviour: DiscordBehaviour;
  /** 32 bytes each. The first seals stored tokens, all of them open; empty where nothing is to be sealed. */
  readonly secretKeys: readonly Uint8Array[];
  readonly lease: { readonly leaseMs: number; readonly sweepMs: number };
  /** Never empty; the first is `default`. */
  readonly dialogs: readonly Dialog[];
  readonly knowledge: readonly KnowledgeConfig[];
  readonly slackPlaces: readonly SlackPlace[];
  readonly discordPlaces: readonly DiscordPlace[];
  /** Whether the sample handbook stands in for a configuration file. */
  readonly sample: boolean;
}
