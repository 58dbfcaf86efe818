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

export interface SlackPlace {
  readonly channel: string;
  readonly dialogId: DialogId;
  /** Overrides what the channel and the asker would allow. */
  readonly audience?: Audience;
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
    | { readonly botToken: string; readonly signingSecret: string; readonly apiUrl: string }
    | undefined;
  readonly lease: { readonly leaseMs: number; readonly sweepMs: number };
  /** Never empty; the first is `default`. */
  readonly dialogs: readonly Dialog[];
  readonly knowledge: readonly KnowledgeConfig[];
  readonly slackPlaces: readonly SlackPlace[];
  /** Whether the sample handbook stands in for a configuration file. */
  readonly sample: boolean;
}
