/** Tells reasoning from answer in a stream whose model puts its reasoning between think tags. */

export interface ThinkPiece {
  readonly type: 'text' | 'reasoning';
  /** Never empty. */
  readonly text: string;
}

export interface ThinkParser {
  push(text: string): readonly ThinkPiece[];
  /** What was held back because it might have become a tag. */
  end(): readonly ThinkPiece[];
}

const tag = /<(\/?)think>/gi;
/** An unfinished tag at the end; at most 7 characters are held back. */
const partialTag = /<(?:\/?(?:t(?:h(?:i(?:nk?)?)?)?)?)?$/i;

/**
 * An incremental parser: however balanced text is cut into pieces, the same reasoning and the same answer come out, and no tag is in either.
 *
 * Stray and nested tags vanish. Text in front of a second closing tag in the same piece is still reasoning (`<think>a</think>`, `b</think>`): so a server
 * writes that wraps each piece of reasoning of its own.
 */
export const createThinkParser = (): ThinkParser => {
  let held = '';
  let thinking = false;
  /** Reasoning has ended and no answer has come in an earlier piece. */
  let justThought = false;

  const read = (text: string): ThinkPiece[] => {
    const pieces: ThinkPiece[] = [];
    let end = 0;
    const take = (until: number, type: ThinkPiece['type']): void => {
      if (until > end) pieces.push({ type, text: text.slice(end, until) });
    };
    for (const match of text.matchAll(tag)) {
      const closing = match[1] === '/';
      const stillThinking = closing && !thinking && justThought;
      take(match.index, thinking || stillThinking ? 'reasoning' : 'text');
      end = match.index + match[0].length;
      if (thinking && closing) justThought = true;
      else if (!closing) justThought = false;
      thinking = !closing;
    }
    take(text.length, thinking ? 'reasoning' : 'text');
    if (pieces.at(-1)?.type === 'text') justThought = false;
    return pieces;
  };

  return {
    push(text) {
      const all = held + text;
      const safeEnd = partialTag.exec(all)?.index ?? all.length;
      held = all.slice(safeEnd);
      return read(all.slice(0, safeEnd));
    },
    end() {
      const rest = held;
      held = '';
      return read(rest);
    },
  };
};

/** What a whole text says after its reasoning: everything behind the last closing tag, without reasoning that never ended. */
export const withoutThinking = (text: string): string =>
  text.replace(/^[\s\S]*<\/think>/i, '').replace(/<think>[\s\S]*$/i, '');
