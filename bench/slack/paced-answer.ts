/** Questions that say how long their answer is, and those answers: sick leave, sentence by sentence, with a mark now and then. */
import { splitTokens } from '../../test/fakes/openai/chat-script.ts';

/** What the model answers: so many tokens, at so many a second. */
export interface Pace {
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

export const askFor = (name: string, { tokens, tokensPerSecond }: Pace): string =>
  `How do I report sick leave? Case ${name}, ${tokens} tokens, ${tokensPerSecond} a second.`;

/** Throws when the question is none of `askFor`. */
export const readQuestion = (question: string): Pace & { readonly name: string } => {
  const [, name, tokens, tokensPerSecond] =
    /Case ([\w-]+), (\d+) tokens, (\d+) a second\./.exec(question) ?? [];
  if (name === undefined) throw new Error('a question that nobody of the bench asked');
  return { name, tokens: Number(tokens), tokensPerSecond: Number(tokensPerSecond) };
};

/** The first words of every answer: whatever begins with them is no status. */
export const beginOfAnswer = 'Tell your lead';

/** The last words of an answer: where they stand, all of it does. */
export const endOfAnswer = (name: string): string => `That was case ${name}`;

const sentences = [
  `${beginOfAnswer} before half past nine on the first day, by chat or by phone [ID:0].`,
  'You need not say what is wrong with you.',
  'From the fourth day on a note of a doctor is due [ID:1].',
  'Hand it in with the people team, or send a photo of it.',
  'Days that you were ill on leave come back to you once the note is there [ID:0].',
  'If it takes long, your lead and you talk about who takes over what.\n\n',
];

/** Exactly as many tokens as asked for, as the fake model cuts them. */
export const writeAnswer = ({
  name,
  tokens,
}: {
  readonly name: string;
  readonly tokens: number;
}): string => {
  const end = `\n\n${endOfAnswer(name)}.`;
  const wanted = tokens - splitTokens(end).length;
  const pieces: string[] = [];
  for (let index = 0; pieces.length < wanted; index += 1) {
    pieces.push(...splitTokens(` ${sentences[index % sentences.length]}`));
  }
  return (
    pieces
      .slice(0, wanted)
      .join('')
      .trim()
      .replace(/ ?\[(?:I|ID|ID:|ID:\d)?$/, ' so') + end
  );
};
