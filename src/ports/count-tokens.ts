/** Counts tokens as the model's family does (cl100k unless the implementation says otherwise); linear in the text. */
export type CountTokens = (text: string) => number;
