/** A fault of the configuration file: what is wrong, and where. */
export interface Fault {
  /** From the file's root; empty for the whole file. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}
