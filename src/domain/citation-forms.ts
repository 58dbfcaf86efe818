/** How a model writes that a sentence rests on a passage: `[ID:n]` when it does as told, and its near misses. */

const number = '\\d{1,3}(?!\\d)';
const label = '(?:ID|[Rr][Ee][Ff])(?:[ \\t]{0,3}[:：])?[ \\t]{0,3}';
const between = '(?:[ \\t]{0,3}(?:[,;、，&]|and)[ \\t]{0,3}|[ \\t]{0,3})';
const list = `${label}${number}(?:${between}(?:${label})?${number}){0,15}`;

/** In any brackets, one or a list: `(ID: 2)`, `[ID 3]`, `【ID:1】`, `[ID:0, ID:1]`. Group 1: the numbers with what stands between. */
export const bracketedForm = `[[(【（][ \\t]{0,3}(${list})[ \\t]{0,3}[\\])】）]`;
/** Words of a person as well as of a model, so only where no passage has them: `ref 4`. Group 1: the number. */
export const spokenForm =
  '(?<![\\p{L}\\p{N}_])[rR][eE][fF][ \\t]{0,3}(\\d{1,3})(?![\\p{L}\\p{N}_]|[.,]\\d)';
/** `[2]`, `[2][3]`, under the same condition. */
export const bareForm = '(?<![\\d_)\\]!\\\\])(?:\\[\\d{1,3}\\])+(?![[(:])';

const labelBegun = `(?:I|[Rr](?:[Ee])?|${label})`;
const listBegun = `(?:${labelBegun}|${label}\\d{1,3}(?:${between}(?:${label})?\\d{1,3}){0,15}(?:[ \\t]{0,3}(?:[,;、，&]|an?d?)?[ \\t]{0,3}${labelBegun}?))`;

/** What may still become one of the forms when more text comes, at the end of a text; with the blanks before it. Finds the empty end otherwise. */
export const formBegun = new RegExp(
  `[ \\t]{0,3}(?:[[(【（][ \\t]{0,3}${listBegun}?|(?<![\\p{L}\\p{N}_])[rR](?:[eE](?:[fF](?:[ \\t]{0,3}\\d{0,3}[.,]?)?)?)?|(?:\\[\\d{1,3}\\])+(?:\\[\\d{0,3})?|\\[\\d{1,3})?$`,
  'u',
);
/** Longer than any text that `formBegun` matches. */
export const maxFormLengthChars = 400;

/** The form in which a passage would have to write the number itself for it to be no citation. */
export const spokenAs = (n: number): string => `ref ${n}`;
export const bareAs = (n: number): string => `[${n}]`;

/** Every `ref n` and `[n]` that stands in the passages themselves, as `spokenAs` and `bareAs` give them. Linear. */
export const formsIn = (passages: Iterable<{ readonly text: string }>): ReadonlySet<string> => {
  const forms = new Set<string>();
  for (const { text } of passages) {
    for (const [, n] of text.matchAll(new RegExp(spokenForm, 'gu'))) forms.add(spokenAs(Number(n)));
    for (const [run] of text.matchAll(new RegExp(bareForm, 'gu')))
      for (const n of numbersIn(run)) forms.add(bareAs(n));
  }
  return forms;
};

/** The numbers of a form, each once, in order. */
export const numbersIn = (form: string): readonly number[] => [
  ...new Set((form.match(/\d+/g) ?? []).map(Number)),
];
