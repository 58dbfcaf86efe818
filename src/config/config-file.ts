/** Reads `footnote.yaml`: every fault is listed with its line. */
import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Fault } from './config-fault.ts';
import { audience, name, place, placeFaults } from './place-schema.ts';

const count = z.int().positive();
const share = z.number().min(0).max(1);
const linkTemplate = z
  .string()
  .refine(
    (link) => URL.canParse(link.replaceAll(/\{(path|anchor)\}/g, 'x')),
    'expected an absolute URL with {path} and {anchor}',
  );

const source = z.strictObject({
  folder: z.string().min(1),
  include: z.array(z.string().min(1)).min(1).default(['**/*.md', '**/*.markdown', '**/*.txt']),
  link: linkTemplate.optional(),
});

const dialog = z.strictObject({
  name: z.string().max(255).optional(),
  description: z.string().default(''),
  knowledge: z.array(name).default([]),
  prompt: z.string().min(1).optional(),
  prologue: z.string().default("Hi! I'm your assistant. What can I do for you?"),
  emptyResponse: z.string().default('I found nothing about that in the documents I know.'),
  quote: z.boolean().default(true),
  refineMultiturn: z.boolean().default(true),
  similarityThreshold: share.default(0.2),
  vectorSimilarityWeight: share.default(0.3),
  topN: count.max(50).default(6),
  topK: count.max(2048).default(1024),
});

const someWorkspaces = "expected a list of workspaces' ids, such as T0123ABC, or any";
const workspaces = z.union(
  [z.literal('any'), z.array(z.string().regex(/^[TE][A-Z0-9]+$/, someWorkspaces)).min(1)],
  someWorkspaces,
);

const slack = z.strictObject({
  workspaces: workspaces.optional(),
  followUps: z.boolean().default(true),
  nativeStreams: z.boolean().default(false),
  donePing: z.boolean().default(false),
  editsPerMinute: count.max(100_000).default(50),
});

const discord = z.strictObject({
  followUps: z.boolean().default(true),
  messageContent: z.boolean().default(true),
  archiveAfterMinutes: z.literal([60, 1_440, 4_320, 10_080]).default(1_440),
  lookBackMinutes: z.int().min(0).max(1_440).default(60),
  donePing: z.boolean().default(false),
  requestsPerSecond: count.max(50).default(45),
});

const chatModel = z
  .strictObject({
    model: z.string().min(1).optional(),
    contextTokens: count.default(128_000),
    maxOutputTokens: count.default(2_048),
    temperature: z.number().min(0).max(2).optional(),
  })
  .refine((chat) => chat.maxOutputTokens < chat.contextTokens, {
    path: ['maxOutputTokens'],
    error: 'expected less than contextTokens',
  });

const fileSchema = z.strictObject({
  models: z
    .strictObject({
      chat: chatModel.optional(),
      embedding: z.strictObject({ model: z.string().min(1) }).optional(),
    })
    .default({}),
  knowledge: z
    .record(name, z.strictObject({ audience, sources: z.array(source).min(1) }))
    .default({}),
  dialogs: z.record(name, dialog).default({}),
  places: z.array(place).default([]),
  slack: slack.prefault({}),
  discord: discord.prefault({}),
});

export type ConfigFile = z.infer<typeof fileSchema>;

/** The file's values with defaults, or its faults: one sentence each, with the line. */
export const parseConfigFile = (
  text: string,
  fileName: string,
): { readonly file: ConfigFile } | { readonly faults: readonly string[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number): string => `${fileName}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    return { faults: document.errors.map((error) => `${at(error.pos[0])}: ${error.code}`) };
  }
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch {
    // All that can be wrong by now; the library's message has no line either.
    return { faults: [`${fileName}: an alias without its anchor, or too many aliases`] };
  }
  const parsed = fileSchema.safeParse(value);
  const faults = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(toFaults)),
    ...lost(value),
    ...placeFaults(value),
  ];
  if (parsed.success && faults.length === 0) return { file: parsed.data };
  const placed = faults.map((fault) => ({ ...fault, at: offsetOf(document.contents, fault.path) }));
  return {
    faults: placed
      .toSorted((a, b) => a.at - b.at)
      .map(({ at: offset, path, message }) => {
        return `${at(offset)}: ${path.join('.') || 'the file'}: ${message}`;
      }),
  };
};

/** One fault per unknown key, so that each has its own line. */
const toFaults = (issue: z.core.$ZodIssue): readonly Fault[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }))
    : [{ path: issue.path, message: issue.message }];

/** Takes any file, so that what names nothing is told together with what has the wrong form. */
const names = z.object({
  knowledge: z.record(z.string(), z.unknown()).catch({}),
  dialogs: z
    .record(
      z.string(),
      z.object({ knowledge: z.array(z.unknown()).catch([]) }).catch({ knowledge: [] }),
    )
    .default({})
    .catch({ default: { knowledge: [] } }),
  places: z
    .array(z.object({ dialog: z.unknown().optional() }).catch({ dialog: undefined }))
    .catch([]),
});

/** Names that stand for nothing in the file. */
const lost = (value: unknown): readonly Fault[] => {
  const parsed = names.safeParse(value);
  if (!parsed.success) return [];
  const { knowledge, dialogs, places } = parsed.data;
  const isLost = (given: unknown, known: object): given is string =>
    typeof given === 'string' && !Object.hasOwn(known, given);
  const noDefault = { path: ['dialogs'], message: 'expected a dialog named default' };
  return [
    ...('default' in dialogs ? [] : [noDefault]),
    ...Object.entries(dialogs).flatMap(([id, one]) =>
      one.knowledge.flatMap((base, index) =>
        isLost(base, knowledge)
          ? [
              {
                path: ['dialogs', id, 'knowledge', index],
                message: `there is no knowledge named ${base}`,
              },
            ]
          : [],
      ),
    ),
    ...places.flatMap(({ dialog: named = 'default' }, index) =>
      isLost(named, dialogs) && named !== 'default'
        ? [{ path: ['places', index, 'dialog'], message: `there is no dialog named ${named}` }]
        : [],
    ),
  ];
};

/** Where the key or the item stands that a path leads to, or the last of its steps that is there. */
const offsetOf = (root: unknown, path: readonly PropertyKey[]): number => {
  let node = root;
  let offset = 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!isScalar(pair?.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      const item = node.items[step];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
};
