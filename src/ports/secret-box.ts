/** Encrypts what is stored and must not be read from the store. */

export interface SecretBox {
  /** Names the key that `seal` uses; two boxes with the same first key give the same. */
  readonly keyId: string;
  /** @param context What the text belongs to. It is not stored, and `open` must be told the same: a sealed text moved elsewhere does not open. */
  seal(text: string, context: string): string;
  /** Throws `secret_unreadable` for what was changed, sealed for another context, or by a key that is not there. */
  open(sealed: string, context: string): string;
  /** Of the key that sealed it; undefined for what no box wrote. */
  keyIdOf(sealed: string): string | undefined;
}
