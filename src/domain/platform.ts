/** The doors through which a question may come. */
export type Platform = 'slack' | 'discord' | 'http' | 'console';

/**
 * Where on the platform a reply goes. Opaque to the core: the platform's listening half writes it, its speaking half reads it.
 * Values are ids, never text that a person wrote.
 */
export type ReplyAddress = Readonly<Record<string, string>>;
