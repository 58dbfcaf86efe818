/** Knows a greeting or a thank-you from a question, so that nobody who says hello reads that nothing was found. */

const maxWords = 8;

/** Any of these makes a message small talk, if nothing but fillers stands beside it. */
const courtesies: ReadonlySet<string> = new Set(
  (
    'hi hello hey hiya howdy yo greetings morning afternoon evening thanks thank thankyou thx ty cheers bye goodbye cya ' +
    'ok okay great perfect awesome excellent cool nice brilliant wonderful super welcome sorry ' +
    'hallo moin servus danke dankeschön tschüss bonjour salut merci hola gracias adiós ciao grazie olá obrigado obrigada hoi bedankt ' +
    '你好 您好 谢谢 謝謝 多谢 再见 こんにちは こんばんは おはよう ありがとう ありがとうございます 안녕하세요 감사합니다'
  ).split(' '),
);

const fillers: ReadonlySet<string> = new Set(
  (
    'a all again and bot day everybody everyone everything folks for friend good got guys have help helped helping i it its it’s lot lots made makes ' +
    'me much my night now of oh really so team that that’s thats there this to too very was well yes you your yours u once more see later ' +
    'guten tag abend vielen dank buenos días bon soir beaucoup muchas tante'
  ).split(' '),
);

/** Whether the text is a greeting, thanks or an acknowledgement in a few words, and nothing else. Punctuation doesn't count; emoji alone are small talk. */
export const isSmallTalk = (text: string): boolean => {
  const words = text
    .replace(/:[\w+-]+:/g, ' ')
    .toLowerCase()
    .replaceAll("'", '’')
    .match(/[\p{L}\p{N}’]+/gu);
  if (words === null) return /\p{Extended_Pictographic}|:[\w+-]+:/u.test(text);
  return (
    words.length <= maxWords &&
    words.some((word) => courtesies.has(word)) &&
    words.every((word) => courtesies.has(word) || fillers.has(word))
  );
};
