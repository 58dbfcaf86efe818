import { describe, expect, it } from 'vitest';
import { markdownParser } from '../../../../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../../../../src/drivers/parsers/text-parser.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('textParser', () => {
  it.each([
    ['UTF-8', bytesOf('Grüße, 退款')],
    ['UTF-8 with a byte order mark', bytesOf('\uFEFFGrüße, 退款')],
    ['UTF-16 little endian', new Uint8Array(Buffer.from('\uFEFFGrüße, 退款', 'utf16le'))],
    ['UTF-16 big endian', new Uint8Array(Buffer.from('\uFEFFGrüße, 退款', 'utf16le').swap16())],
  ])('reads %s', async (_, bytes) => {
    expect(await textParser.parse(bytes)).toEqual({ format: 'plain', text: 'Grüße, 退款' });
  });

  it.each([
    ['Latin-1', new Uint8Array(Buffer.from('Grüße', 'latin1'))],
    ['UTF-16 without a mark', new Uint8Array(Buffer.from('Grüße', 'utf16le'))],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])],
    ['half a UTF-8 character at the end', bytesOf('Grü').subarray(0, 3)],
  ])('refuses %s', async (_, bytes) => {
    await expect(textParser.parse(bytes)).rejects.toMatchObject({
      code: 'document_unreadable',
      details: { reason: 'wrong_encoding' },
    });
  });

  it('makes every line end a line feed', async () => {
    expect((await textParser.parse(bytesOf('a\r\nb\rc\n'))).text).toBe('a\nb\nc\n');
  });
});

describe('markdownParser', () => {
  it('empties front matter and keeps the line numbers', async () => {
    const text = '---\ntitle: Leave\nid: 7\n---\n# Leave\n';
    expect(await markdownParser.parse(bytesOf(text))).toEqual({
      format: 'markdown',
      text: '\n\n\n\n# Leave\n',
    });
  });

  it('leaves a rule inside the text alone', async () => {
    const text = 'Before\n\n---\n\nbetween\n\n---\n';
    expect((await markdownParser.parse(bytesOf(text))).text).toBe(text);
  });
});
