/** Decodes a text file strictly: what is no text is refused, never shown with replacement characters. */
import { BotError } from '../../domain/errors.ts';

/**
 * UTF-8 with or without a byte order mark, UTF-16 with one; line ends become `\n`.
 *
 * Throws `document_unreadable` (`wrong_encoding`) for anything else, also for bytes that decode but hold NUL: that is a binary file.
 */
export const decodeText = (bytes: Uint8Array): string => {
  const text = decodeStrictly(bytes, encodingOf(bytes));
  if (text === undefined || text.includes('\0'))
    throw new BotError('document_unreadable', { details: { reason: 'wrong_encoding' } });
  return text.replaceAll(/\r\n?/g, '\n');
};

const encodingOf = (bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
};

const decodeStrictly = (bytes: Uint8Array, encoding: string): string | undefined => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder's only failure is bytes that are not of this encoding.
    return undefined;
  }
};
