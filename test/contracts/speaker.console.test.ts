/** The Speaker's contract on a terminal. */
import { describe } from 'vitest';
import { createConsoleSpeaker } from '../../adapters/console/console-speaker.ts';
import { asId } from '../../src/domain/ids.ts';
import { buildTurn } from '../fakes/build.ts';
import { createFakeTerminal } from '../unit/adapters/console/fake-terminal.ts';
import { describeSpeaker } from './speaker.contract.ts';

const local = 'a console gives every confirmation, or its pipe is closed for good';
const nobody = 'nobody takes a line off a terminal';
const noCommands = 'every question stands on the terminal';
const noButtons = 'a terminal has no buttons';
const editable = 'what stands on a terminal can always be drawn again or told again';

describe('the console', () => {
  describeSpeaker(
    async () => {
      const terminal = createFakeTerminal({ rows: 1_000_000, columns: 1_000_000 });
      let asked = 0;
      const halves = (): readonly [string, string | undefined] => {
        const [messages = '', file] = terminal.screen().split(/(?<![^\n])answer\.md\n\n/);
        return [messages, file];
      };
      return {
        speaker: createConsoleSpeaker({ stream: terminal.stream, hyperlinks: false }),
        ask: async () => {
          asked += 1;
          return buildTurn({ id: asId(`turn-${asked}`) });
        },
        seen: () =>
          halves()[0]
            .split('\n\n')
            .filter((text) => text !== '')
            .map((text, index) => ({ platformId: `turn-${asked}/${index}`, text })),
        seenFiles: () => {
          const text = halves()[1];
          return text === undefined
            ? []
            : [{ platformId: `turn-${asked}/1`, name: 'answer.md', text }];
        },
        dispose: async () => {},
        faults: {},
      };
    },
    {
      skip: {
        'finds its message when the confirmation was lost': local,
        'posts after a failure that left nothing': local,
        'finds a fresh message whose confirmation was lost': local,
        'removes messages of the turn that are none of its parts, and no others': local,
        'posts a fresh message in a later attempt too': editable,
        'posts a fresh message in place of one that cannot be edited': editable,
        'sends plain text where markup is refused': 'a console refuses no text',
        'counts a part that a person took away as removed': nobody,
        'says that a person took the message away, and posts nothing': nobody,
        'says how long a rate limit lasts': 'a console has no limits',
        'says that it may not write here any more': 'there is one place, and nobody else in it',
        'makes one thread for a command, and answers there': noCommands,
        'finds its thread when the confirmation was lost': noCommands,
        'finds the thread of an attempt that never stored it': noCommands,
        'finds its file when the confirmation was lost': local,
        'attaches nothing where it may not write any more':
          'there is one place, and nobody else in it',
        'offers actions on a message, others, and none': noButtons,
        'rings for the asker only when told to': 'a terminal is looked at',
        'offers actions on plain text': noButtons,
        'takes actions on the longest part, plain too': noButtons,
        'tells the asker in private when the place refuses us':
          'there is one place, and nobody else in it',
      },
    },
  );
});
