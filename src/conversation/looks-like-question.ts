/** Decides whether a message in a channel that the bot only listens to asks something. When in doubt it does not: silence annoys nobody. */
import {
  callsToAnybody,
  courtesies,
  interrogatives,
  inversions,
  openings,
  tags,
} from './question-phrases.ts';

/** Shorter than any question that documents answer. */
const minWords = 3;
/** Longer messages tell something; a question in them is put to those who were told. */
const maxLengthChars = 2_000;

/** Fenced and inline code, links, addresses, mentions, emoji names and quoted lines ask nothing. */
const notProse =
  /```[\s\S]*?(?:```|(?![\s\S]))|`[^`\n]*`|<[@#!][^>\n]*>|<?\b(?:https?:\/\/|mailto:|www\.)[^\s>]*>?|:[\w+-]+:|^[ \t]*(?:>|&gt;).*$/gim;

const anyOf = (phrases: readonly string[]): string => `(?:${phrases.join('|')})(?![\\p{L}\\p{N}])`;
const beginsWith = (phrases: readonly string[]): RegExp => new RegExp(`^${anyOf(phrases)}`, 'iu');

const opening = new RegExp(`^(?:${anyOf(openings)}[\\s,.!:;–—-]*)+`, 'iu');
const interrogative = beginsWith(interrogatives);
const inverted = beginsWith(inversions);
const courteous = beginsWith(courtesies);
const toAnybody = new RegExp(`(?<![\\p{L}\\p{N}])${anyOf(callsToAnybody)}`, 'iu');
const tagged = new RegExp(`,? ${anyOf(tags)}\\s*[?？]+\\s*$`, 'iu');

/** At the end of a sentence, in any script; `¿` opens one. Between `?`s of an address or in `??` as a cry there is no question of its own. */
const questionMark = /[\p{L}\p{N}"'”’)\]%][ \u00a0\u202f]?[?？؟]+(?=$|[\s"'”’)\]!.,])|[¿？؟]/u;
/** Chinese, Japanese and Korean ask with a word at the end, where no mark is needed. */
const eastAsian =
  /(?:吗|嗎|呢|ですか|ますか|でしょうか|ましたか|ませんか|나요|까요|습니까|은가요|인가요)[\s。.!！]*$|(?:怎么|怎麼|什么|什麼|哪里|哪裡|哪儿|为什么|為什麼|多少|如何|どうやって|どこで|いつまで|어떻게|어디서)/u;

/**
 * Pure and quick: linear in the text, no model. Precision before recall: what it takes for a question is searched for in the documents, and what is found
 * there speaks in front of a whole channel.
 */
export const looksLikeQuestion = (message: string): boolean => {
  if (message.length > maxLengthChars) return false;
  const prose = message.replace(notProse, ' ').replace(/[*_~]/g, '').trim();
  if (countWords(prose) < minWords) return false;
  return sentencesOf(prose).some(asks);
};

const asks = (sentence: string): boolean => {
  const text = sentence.replace(opening, '');
  if (countWords(text) < minWords) return false;
  if (courteous.test(text) || tagged.test(text)) return false;
  return (
    questionMark.test(text) ||
    interrogative.test(text) ||
    inverted.test(text) ||
    toAnybody.test(text) ||
    eastAsian.test(text)
  );
};

/** Lines, and sentences within them, each with its mark. */
const sentencesOf = (prose: string): readonly string[] =>
  prose
    .split(/\n+|(?<=[.!?？！。؟])\s+|(?<=[？！。])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');

/** A run in a script without spaces counts by its length: two characters are about a word. */
const countWords = (text: string): number =>
  (text.match(/[\p{L}\p{N}'’-]+/gu) ?? []).reduce(
    (sum, word) =>
      sum +
      (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word)
        ? Math.ceil(word.length / 2)
        : 1),
    0,
  );
