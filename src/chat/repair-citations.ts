/** Brings a model's near misses into the one form of a citation, `[ID:n]`, and takes out what points at nothing. */
import {
  bareAs,
  bareForm,
  bracketedForm,
  formsIn,
  numbersIn,
  spokenAs,
  spokenForm,
} from '../domain/citation-forms.ts';
import { splitCode } from '../domain/split-code.ts';

/** With the blanks around (the one behind only if no other mark can need it), which go when nothing is left. */
const bracketed = new RegExp(
  `([ \\t]{0,3})${bracketedForm}((?:[ \\t](?![ \\t]{0,2}[[(【（]))?)`,
  'g',
);
const spoken = new RegExp(spokenForm, 'gu');
const bare = new RegExp(bareForm, 'gu');

/** Each pass may join what stood around a mark that it took out; nobody writes more than this by accident. */
const maxPasses = 3;

/** How the passages were shown to the model: numbered from 0, in this order. */
export interface ShownPassage {
  readonly text: string;
}

/**
 * Numbers without a passage are removed; lists are split (`[ID:0] [ID:1]`). `[n]` and `ref n` become citations only if n is in range and no passage
 * itself writes so, because then the model may only have copied it. Code stays byte for byte. Repairing twice changes nothing more.
 */
export const repairCitations = (answer: string, shown: readonly ShownPassage[]): string => {
  const own = formsIn(shown);
  const isShown = (form: string, n: number): boolean => n < shown.length && !own.has(form);
  const repairProse = (prose: string, ends: { readonly first: boolean; readonly last: boolean }) =>
    prose
      .replace(bracketed, (all, before: string, list: string, after: string, at: number) => {
        const marks = marksOf(list, shown.length);
        if (marks !== '') return before + marks + after;
        const lineBegins = before === '' && (prose[at - 1] === '\n' || (at === 0 && ends.first));
        const beforeCode = !ends.last && at + all.length === prose.length;
        return lineBegins || (after === '' && at > 0 && !beforeCode) ? '' : ' ';
      })
      .replace(spoken, (words, n: string) =>
        isShown(spokenAs(Number(n)), Number(n)) ? mark(Number(n)) : words,
      )
      .replace(bare, (run) =>
        run.replace(/\[(\d+)\]/g, (words, n: string) =>
          isShown(bareAs(Number(n)), Number(n)) ? mark(Number(n)) : words,
        ),
      );
  let text = answer;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const next = splitCode(text)
      .map(({ text: part, code }, index, spans) =>
        code ? part : repairProse(part, { first: index === 0, last: index === spans.length - 1 }),
      )
      .join('');
    if (next === text) break;
    text = next;
  }
  return text;
};

/** The numbers that the answer cites, outside code. */
export const citedNumbers = (answer: string): ReadonlySet<number> => {
  const numbers = new Set<number>();
  for (const { text, code } of splitCode(answer)) {
    if (code) continue;
    for (const [, n] of text.matchAll(/\[ID:(\d{1,3})\]/g)) numbers.add(Number(n));
  }
  return numbers;
};

export const mark = (n: number): string => `[ID:${n}]`;

const marksOf = (list: string, count: number): string =>
  numbersIn(list)
    .filter((n) => n < count)
    .map(mark)
    .join(' ');
