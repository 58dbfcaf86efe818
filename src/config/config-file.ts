/** Reads `footnote.yaml`: every fault is listed with its line. */
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

const count = z.int().positive();
const share = z.number().min(0).max(1);
const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i, 'expected a name of letters, digits, - and _');
const audience = z.enum(['team', 'public']);

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

const place = z.strictObject({
  slack: z.strictObject({
    channel: z.string().regex(/^[CGD][A-Z0-9]+$/, "expected a channel's id, such as C0123ABC"),
  }),
  dialog: name.default('default'),
  audience: audience.optional(),
});

const fileSchema = z
  .strictObject({
    models: z
      .strictObject({
        chat: z
          .strictObject({
            model: z.string().min(1).optional(),
            contextTokens: count.default(128_000),
            maxOutputTokens: count.default(2_048),
            temperature: z.number().min(0).max(2).optional(),
          })
          .optional(),
        embedding: z.strictObject({ model: z.string().min(1) }).optional(),
      })
      .default({}),
    knowledge: z
      .record(name, z.strictObject({ audience, sources: z.array(source).min(1) }))
      .default({}),
    dialogs: z.record(name, dialog).default({}),
    places: z.array(place).default([]),
  })
  .superRefine((file, context) => {
    if (!('default' in file.dialogs)) {
      context.addIssue({
        code: 'custom',
        path: ['dialogs'],
        message: 'expected a dialog named default',
      });
    }
    const chat = file.models.chat;
    if (chat !== undefined && chat.maxOutputTokens >= chat.contextTokens) {
      const path = ['models', 'chat', 'maxOutputTokens'];
      context.addIssue({ code: 'custom', path, message: 'expected less than contextTokens' });
    }
    for (const [id, one] of Object.entries(file.dialogs)) {
      for (const [index, base] of one.knowledge.entries()) {
        if (base in file.knowledge) continue;
        const path = ['dialogs', id, 'knowledge', index];
        context.addIssue({ code: 'custom', path, message: `there is no knowledge named ${base}` });
      }
    }
    for (const [index, one] of file.places.entries()) {
      if (one.dialog in file.dialogs) continue;
      const path = ['places', index, 'dialog'];
      context.addIssue({ code: 'custom', path, message: `there is no dialog named ${one.dialog}` });
    }
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
  const parsed = fileSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return { file: parsed.data };
  return {
    faults: parsed.error.issues.map((issue) => {
      let path = [...issue.path];
      let node = document.getIn(path, true);
      while (!isNode(node) && path.length > 0) {
        path = path.slice(0, -1);
        node = document.getIn(path, true);
      }
      const where = at(isNode(node) ? (node.range?.[0] ?? 0) : 0);
      return `${where}: ${issue.path.join('.') || 'the file'}: ${issue.message}`;
    }),
  };
};
