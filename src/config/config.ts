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
  /** 32 bytes each. The first seals stored tokens, all of them open; empty where nothing is to be sealed. */
  readonly secretKeys: readonly Uint8Array[];
  readonly lease: { readonly leaseMs: number; readonly sweepMs: number };
  /** Never empty; the first is `default`. */
  readonly dialogs: readonly Dialog[];
  readonly knowledge: readonly KnowledgeConfig[];
  readonly slackPlaces: readonly SlackPlace[];
  /** Whether the sample handbook stands in for a configuration file. */
  readonly sample: boolean;
}
