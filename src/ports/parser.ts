/** Turns a file's bytes into text that can be cut into chunks. */

export interface ParsedDocument {
  /** `markdown` has headings and blocks; `plain` has paragraphs and lines. */
  readonly format: 'markdown' | 'plain';
  /** Lines end with `\n`; no byte order mark. May be blank. */
  readonly text: string;
}

export interface Parser {
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Throws `document_unreadable` with `details.reason` `wrong_encoding`. Costs time linear in the bytes. */
  parse(bytes: Uint8Array): Promise<ParsedDocument>;
}
