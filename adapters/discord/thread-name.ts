/** Names a thread after the question that it is made for. */

const maxLengthChars = 80;
const nameless = 'Answer';
/** Group 1: the label. */
const link = /!?\[([^\][\n]*)\]\([^)\n]*\)/g;
const mention = /<[^<>\n]{1,100}>|@(?=everyone|here)/g;
const marks = /[*`]+|~~|__|\|\||^[ \t]*(?:#{1,6}|>)[ \t]+/gm;

/** One line of 1 to 80 characters, cut between words where there are any; Discord takes 100. Without markup, and naming nobody. */
export const threadName = (question: string): string => {
  const words = question
    .slice(0, 10 * maxLengthChars)
    .replace(link, '$1')
    .replace(mention, ' ')
    .replace(marks, '')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
  return cut(words) || nameless;
};

const cut = (words: string): string => {
  if (words.length <= maxLengthChars) return words;
  const room = words.slice(0, maxLengthChars - 1);
  const whole = words[room.length] === ' ' ? room : room.replace(/ [^ ]*$/, '');
  return `${whole.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
};
