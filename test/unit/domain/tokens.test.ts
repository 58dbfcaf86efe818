import { describe, expect, it } from 'vitest';
import { scriptOf, tokenize, tokenizeChunk } from '../../../src/domain/tokens.ts';

describe('tokenize', () => {
  it.each([
    // RAGFlow's examples (its short English questions take another path; here all take one, and "i", "my" go too).
    ['What is the refund policy?', ['refund', 'polici']],
    ['How do I reset my password?', ['reset', 'password']],
    ['How long does a refund take for annual plans?', ['long', 'refund', 'take', 'annual', 'plan']],
    ['deploy k8s 1.29', ['deploi', 'k8s', '1.29', '1', '29']],
  ])('keeps the telling words of %j', (text, terms) => {
    expect(tokenize(text)).toEqual(terms);
  });

  it('keeps stop words when nothing else is there', () => {
    expect(tokenize('the')).toEqual(['the']);
    expect(tokenize('什么')).toEqual(['什么']);
  });

  it.each([
    ['deploy_k8s', ['deploy_k8s', 'deploi', 'k8s']],
    ['v1.29', ['v1.29', 'v1', '29']],
    ['ERR-691', ['err-691', 'err', '691']],
    ['getUserName', ['getusernam', 'get', 'user', 'name']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['30MB', ['30mb', '30', 'mb']],
    ['__init__', ['init']],
    ['C++ C#', ['c++', 'c', 'c#', 'c']],
    ['eu.tunnel.example.', ['eu.tunnel.example', 'eu', 'tunnel', 'exampl']],
  ])('finds %j whole and by its parts', (text, terms) => {
    expect(tokenize(text)).toEqual(terms);
  });

  it.each([
    ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
    ["the company's", 'company'],
    ['the company’s', 'COMPANY'],
    ['16,000 euros', '16000 euro'],
    ['café', 'cafe'],
    ['refunds', 'Refunding'],
  ])('gives %j the terms of %j', (one, other) => {
    expect(tokenize(one)).toEqual(tokenize(other));
  });

  it('has no term for a text without letters and digits', () => {
    expect(tokenize('')).toEqual([]);
    expect(tokenize('?! 👍 --')).toEqual([]);
  });

  it('cuts Chinese, Japanese and Thai into words', () => {
    expect(tokenize('退款需要几天？')).toEqual(['退款', '需要', '几天']);
    expect(tokenize('深圳office的发票怎么报销')).toEqual(['深圳', 'offic', '发票', '报销']);
    expect(tokenize('東京でのデプロイ')).toEqual([
      '東京',
      'デプロイ',
      'での',
      'デプ',
      'プロ',
      'ロイ',
    ]);
    expect(tokenize('การคืนเงินใช้เวลากี่วัน')).toContain('คืน');
  });

  it('takes characters beyond the basic plane whole', () => {
    expect(tokenize('𠮷野家').join('')).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });

  it('cuts terms of more than 64 characters', () => {
    expect(tokenize('x'.repeat(1000))).toEqual(['x'.repeat(64)]);
  });

  it.each([
    ['one word', 'a'],
    ['dotted', 'a.'],
    ['underscores', '_'],
    ['a letter and underscores', 'x____'],
    ['camel case', 'aB'],
    ['separators', '1,000'],
    ['contractions', "'s"],
    ['Chinese', '退款需要几天'],
    ['Thai', 'การคืนเงิน'],
  ])('takes 400,000 hostile characters in seconds, not minutes: %s', (_, piece) => {
    const text = piece.repeat(400_000 / piece.length);
    // About 0.5 s; what grows with the square took 140 s, far beyond the limit of a test.
    expect(tokenize(text)).toBeInstanceOf(Array);
  });
});

describe('tokenizeChunk', () => {
  it('counts titles twice, a heading that repeats the document title once', () => {
    expect(
      tokenizeChunk({ documentTitle: 'VPN', titlePath: ['VPN', 'Trouble'], text: 'Error 691' }),
    ).toEqual(['vpn', 'troubl', 'vpn', 'troubl', 'error', '691']);
  });

  it.each([
    ['the same cut', '退款政策', '退款'],
    ['a word of the passage inside a longer run', '年度退款政策说明', '退款政策'],
    ['a particle at a Korean word', '환불은 칠 일 걸립니다', '환불'],
    ['single characters', '王小明负责', '小明'],
  ])('holds what a question asks in a script without spaces: %s', (_, text, question) => {
    const terms = new Set(tokenizeChunk({ documentTitle: '', titlePath: [], text }));
    expect(tokenize(question).filter((term) => terms.has(term))).not.toEqual([]);
  });
});

describe('scriptOf', () => {
  it.each([
    ['How do I deploy?', 'latin'],
    ['Où est le café ?', 'latin'],
    ['404', 'latin'],
    ['', 'latin'],
    ['退款需要几天', 'cjk'],
    ['Kubernetes 部署失败怎么办', 'cjk'],
    ['東京でデプロイ', 'cjk'],
    ['환불은 며칠', 'cjk'],
    ['Сколько длится возврат', 'other'],
    ['การคืนเงิน', 'other'],
  ])('of %j is %s', (text, script) => {
    expect(scriptOf(text)).toBe(script);
  });
});
