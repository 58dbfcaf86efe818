/** Writes a day in Discord down as chapters: what people read, and between it what they do that nobody reads. */
import type { ReadMessage } from '../../fakes/discord/account.ts';
import type { FakeDiscord } from '../../fakes/discord/fake-discord.ts';

export interface Chapter {
  readonly title: string;
  /** In order; a sentence tells what somebody does. */
  readonly told: readonly (ReadMessage | string)[];
}

export interface DayTranscript {
  /** Ends with what people have read of it until now; what was read before it began is of no chapter. */
  chapter<Result>(title: string, live: () => Promise<Result>): Promise<Result>;
  /** Somebody is about to do what nobody reads, such as pressing a button. */
  does(sentence: string): void;
  chapters(): readonly Chapter[];
}

export const createDayTranscript = ({
  timeline,
  account,
}: Pick<FakeDiscord, 'timeline' | 'account'>): DayTranscript => {
  const chapters: Chapter[] = [];
  let told: (ReadMessage | string)[] = [];
  let from = 0;
  const read = (): void => {
    told.push(...account(from));
    from = timeline().length;
  };
  return {
    async chapter(title, live) {
      told = [];
      from = timeline().length;
      const result = await live();
      read();
      chapters.push({ title, told });
      return result;
    },
    does(sentence) {
      read();
      told.push(sentence);
    },
    chapters: () => chapters,
  };
};

/** As lines to compare. The place is named where it changes. */
export const renderDay = (chapters: readonly Chapter[]): string =>
  `${chapters.map(({ title, told }) => [`## ${title}`, ...paragraphs(told, asLine)].join('\n\n')).join('\n\n')}\n`;

/** As a page shows it. */
export const renderForPage = ({ told }: Chapter): string =>
  `${paragraphs(told, asQuote).join('\n\n')}\n`;

const paragraphs = (
  told: Chapter['told'],
  render: (message: ReadMessage) => string,
): readonly string[] => {
  let place = '';
  return told.flatMap((each) => {
    if (typeof each === 'string') return [`(${each})`];
    const isElsewhere = each.place !== place;
    place = each.place;
    return [...(isElsewhere ? [`In ${place}:`] : []), render(each)];
  });
};

const asLine = (message: ReadMessage): string => {
  const notes = message.notes.length > 0 ? ` (${message.notes.join(', ')})` : '';
  const said = saidBy(message).replaceAll('\n', '\n  ').replaceAll(/^ +$/gm, '');
  return `${message.who}${notes}${said === '' ? '' : `: ${said}`}`;
};

const asQuote = (message: ReadMessage): string => {
  const head = [`**${message.who}**`, ...message.notes].join(', ');
  return [head, saidBy(message)]
    .filter((each) => each !== '')
    .join('\n\n')
    .replaceAll(/^/gm, '> ')
    .replaceAll(/ +$/gm, '');
};

/** The buttons stand below the text. */
const saidBy = ({ text, buttons }: ReadMessage): string =>
  [text, buttons.map((label) => `[${label}]`).join(' ')].filter((each) => each !== '').join('\n\n');
