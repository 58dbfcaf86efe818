/** Where the day in Discord takes place, who is there, and what the model says to them. */
import type { FakeDiscord } from '../../fakes/discord/fake-discord.ts';
import { answer, type ChatScript } from '../../fakes/openai/chat-script.ts';
import type { ChatRequest } from '../../fakes/openai/check-chat-request.ts';
import { refusals } from '../../fakes/openai/refusals.ts';
import { citePassages, questionIn } from './cite-passages.ts';
import { respondAllDay } from './live-a-day.ts';

/** Ids. */
export type DayPlaces = ReturnType<typeof addDayPlaces>;

export const addDayPlaces = ({ addChannel, addUser, setPermissions, tagOf }: FakeDiscord) => {
  const forum = addChannel({ name: 'questions', type: 'forum', tags: ['answered'] });
  setPermissions({ channel: forum, to: 'bot', allow: ['ManageThreads'] });
  return {
    people: addChannel({ name: 'people' }),
    /** Where the bot answers what nobody asked it. */
    help: addChannel({ name: 'help' }),
    /** One person's questions are to be ten minutes apart, and not about bets. */
    busy: addChannel({ name: 'busy' }),
    forum,
    answeredTag: tagOf(forum, 'answered'),
    ada: addUser({ name: 'ada' }),
    bob: addUser({ name: 'bob' }),
  };
};

/** Of `footnote.yaml`. */
export const placesConfig = ({ help, busy, forum, answeredTag }: DayPlaces): string =>
  [
    'places:',
    `  - { discord: { channel: '${help}' }, listen: all }`,
    `  - { discord: { channel: '${forum}' }, listen: all, answeredTag: '${answeredTag}' }`,
    `  - { discord: { channel: '${busy}' }, rules: { coolDownSeconds: 600, blockedWords: [bet] } }`,
    '',
  ].join('\n');

const visitors =
  'In the self-service app, by noon of the day before {Register visitors in the self-service app}.';

/** As on the day in Slack, with what the handbook says on visitors; one question finds the budget used up. */
export const respondInDiscord = (request: ChatRequest): ChatScript => {
  const question = questionIn(request);
  if (/week thirteen/.test(question)) return refusals.insufficientQuota();
  return /visitors/.test(question)
    ? answer(citePassages(request, visitors))
    : respondAllDay(request);
};
