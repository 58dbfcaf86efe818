/** What the Speaker's contract needs of a platform, and how its cases begin. */
import type { ReplyPart, Turn } from '../../src/domain/turn.ts';
import type { Reply, ReplyAction, ReplyFile, Speaker } from '../../src/ports/speaker.ts';

export interface SpeakerHarness {
  readonly speaker: Speaker;
  /** A turn whose question stands on the platform; every call gives another one, in a place of the same kind. */
  ask(): Promise<Turn>;
  /** A turn whose question is a command: it stands nowhere, and the thread for its answer is still to be made. */
  askByCommand?(): Promise<Turn>;
  /** The replies' messages that stand, as a person reads them, oldest first; neither files nor what a thread was opened with. */
  seen(): readonly { readonly platformId: string; readonly text: string }[];
  /** The files that stand, oldest first; `platformId` as `putFile` gave it. */
  seenFiles?(): readonly (ReplyFile & { readonly platformId: string })[];
  /** How many threads stand that were made for commands. */
  seenThreads?(): number;
  /** What a person can do with the message, in the order offered. */
  actionsOn?(platformId: string): readonly ReplyAction[];
  /** Whether the message notified the asker by name. */
  rang?(platformId: string): boolean;
  dispose(): Promise<void>;
  /** What the platform and people do to us. Leave out what the skipped cases alone need. */
  readonly faults: Partial<SpeakerFaults>;
}

export interface SpeakerFaults {
  /** The next post stands, and its confirmation gets lost; so for the message that opens a thread. */
  loseNextPost(): void;
  /** The next post fails, and nothing stands. */
  failNextPost(): void;
  /** The next file stands, and its confirmation gets lost. */
  loseNextFile(): void;
  /** The next post is refused for this long. */
  limitNextPost(retryAfterMs: number): void;
  deleteByPerson(platformId: string): Promise<void>;
  /** What stands now can't be edited any more; what comes later can. */
  closeEditing(): void;
  /** Text with markup is refused from now on. */
  refuseMarkup(): void;
  removeBot(): void;
  /** The sentences that askers read in private. */
  privateNotices(): readonly string[];
}

export type SpeakerCases = Readonly<Record<string, (harness: SpeakerHarness) => Promise<void>>>;

export const { signal } = new AbortController();
export const put = { final: true, signal } as const;

export const texts = (harness: SpeakerHarness) => harness.seen().map(({ text }) => text);

export const openFirst = async ({ speaker, ask }: SpeakerHarness): Promise<Reply> =>
  speaker.openReply(await ask(), { parts: [], firstAttempt: true });

export const reopen = (
  { speaker }: SpeakerHarness,
  turn: Turn,
  parts: readonly ReplyPart[] = [],
): Reply => speaker.openReply(turn, { parts, firstAttempt: false });

export const fault = <Name extends keyof SpeakerFaults>(
  { faults }: SpeakerHarness,
  name: Name,
): SpeakerFaults[Name] => {
  const made = faults[name];
  if (made === undefined) throw new Error(`the harness has no ${name}: skip the case and say why`);
  return made;
};

type Look = 'askByCommand' | 'seenFiles' | 'seenThreads' | 'actionsOn' | 'rang';

/** What only some platforms can show. */
export const look = <Name extends Look>(
  harness: SpeakerHarness,
  name: Name,
): NonNullable<SpeakerHarness[Name]> => {
  const made = harness[name];
  if (made === undefined) throw new Error(`the harness has no ${name}: skip the case and say why`);
  return made;
};
