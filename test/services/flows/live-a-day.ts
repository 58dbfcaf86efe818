/** Everything that people do with the bot in a day, one thing after the other, told as a transcript without times and ids. */
import { actionIds } from '../../../adapters/slack/action-ids.ts';
import { inputBlockId } from '../../../adapters/slack/views.ts';
import { type AnswerScript, answer } from '../../fakes/openai/chat-script.ts';
import { type ChatRequest, textOf } from '../../fakes/openai/check-chat-request.ts';
import type { Sent } from '../../fakes/slack/people.ts';
import { citePassages, questionIn } from './cite-passages.ts';
import type { World } from './world.ts';

export const people = 'C0PEOPLE';
/** Where the bot answers what nobody asked it. */
export const help = 'C0HELP';
const ada = 'U0ADA';
const bob = 'U0BOB';
const guest = 'U0GUEST';
const direct = 'D0ADA';

const report =
  'Tell your team lead before 09:30 on the first day {Message your team lead before 09:30}.';
const note = 'In Leeds from the eighth day on {Doctor}.';
const care = 'You have six paid days a year for it {six paid days per calendar year}.';
const visitors = 'They sign in at the reception {sign in at the reception}.';

/** What the model says, by what stands in the question; the first that fits. */
const answers: readonly (readonly [question: RegExp, text: string])[] = [
  [/note/i, note],
  [/child|care/i, care],
  [/visitors/i, visitors],
  [/sick/i, report],
];

/** A question that holds this word is answered word by word, and stays unfinished until somebody stops it. */
const endless = 'everything';

/** Plays the model: a question that rests on a thread is first made one by itself. */
export const respondAllDay = (request: ChatRequest): AnswerScript => {
  const question = questionIn(request);
  if (!request.messages.some((message) => textOf(message).includes('<passage>'))) {
    return answer('From when on do I need a note when I am sick?');
  }
  const asked = question.split('\n\n(Answer in')[0] ?? question;
  const text = answers.find(([fits]) => fits.test(asked))?.[1] ?? 'I do not know.';
  const { steps } = answer(citePassages(request, text));
  return asked.includes(endless) ? { steps: [...steps, { type: 'hang' }] } : { steps };
};

export const addPeople = ({ slack }: World): void => {
  slack.addChannel({ id: people, name: 'people' });
  slack.addChannel({ id: help, name: 'help' });
  slack.addUser({ id: ada, name: 'ada' });
  slack.addUser({ id: bob, name: 'bob' });
  slack.addUser({ id: guest, name: 'guest', isRestricted: true });
};

/** Resolves with the transcript when the day is over. */
export const liveADay = async ({ slack }: World): Promise<string> => {
  const told: string[] = [];
  const transcriptOf = ({ channel, threadTs }: Pick<Sent, 'channel' | 'threadTs'>): string => {
    const offered = slack
      .botMessages(channel, threadTs)
      .map(({ blocks = [] }) => actionsIn(blocks));
    const lines = slack
      .transcript(channel, threadTs)
      .replaceAll(/ \(\d+ edits?\):/g, ':')
      .replaceAll(/^footnote: _[^_]+…_\n?/gm, '')
      .replaceAll(/\/p\d{16}\b/g, '/p…');
    return `${lines}\n\n(offered: ${offered.join(' | ') || 'nothing'})`;
  };
  const tell = (title: string, ...lines: readonly string[]): void => {
    told.push([`## ${title}`, ...lines].join('\n\n'));
  };
  const tellThread = (title: string, thread: Pick<Sent, 'channel' | 'threadTs'>): void =>
    tell(title, transcriptOf(thread));
  /** A message of the bot's in the channel, or in the thread, that holds all these words. */
  const shown = (
    where: { readonly channel: string; readonly threadTs?: string },
    ...words: readonly string[]
  ) =>
    slack.waitFor(
      () =>
        slack
          .botMessages(where.channel, where.threadTs)
          .find(({ text }) => words.every((word) => text.includes(word))),
      { timeoutMs: 30_000, what: words.join(', ') },
    ) as Promise<{ readonly ts: string; readonly threadTs?: string }>;
  const privately = (user: string, words: string) =>
    slack.waitFor(
      () => slack.timeline().find(({ onlyFor, text }) => onlyFor === user && text.includes(words)),
      { timeoutMs: 30_000, what: `${user} is told ${words}` },
    );

  // By mention; then in the thread without one.
  const first = await slack.mention({
    channel: people,
    user: ada,
    text: 'How do I report sick leave?',
  });
  const reply = await shown(first, 'before 09:30', 'Sources');
  const { threadTs } = first;
  const inThread = { channel: people, threadTs, user: ada };
  await slack.threadReply({ ...inThread, text: 'And from when on do I need a note?' });
  await shown(first, 'In Leeds', 'Sources');
  tellThread('Asked by mention, and once more without', first);

  // Rated by two people, one says why; the passages are shown to one of them.
  const ofReply = { channel: people, ts: reply.ts };
  await slack.click({ ...ofReply, user: ada, actionId: actionIds.feedback, choice: 'positive' });
  await slack.click({ ...ofReply, user: bob, actionId: actionIds.feedback, choice: 'negative' });
  const why = await slack.waitFor(() => slack.modalOf(bob));
  await slack.submitModal({
    user: bob,
    inputs: { [inputBlockId]: 'It does not say to whom in Utrecht.' },
  });
  tell('Bob does not find it helpful', JSON.stringify(why?.view['title']));
  await slack.click({ ...ofReply, user: bob, actionId: actionIds.passages });
  const passages = await privately(bob, 'Sick leave');
  tell('Bob reads the passages', passages?.text ?? '');

  // Edited after the answer: the reply offers to answer again.
  await slack.editMessage({ ...first, text: '{bot} May I stay at home with a sick child?' });
  await slack.waitFor(
    () =>
      slack
        .botMessages(people, threadTs)
        .some(({ blocks }) => JSON.stringify(blocks).includes('Answer the edited question')),
    { timeoutMs: 30_000 },
  );
  await slack.click({ ...ofReply, user: ada, actionId: actionIds.again });
  await shown(first, 'six paid days', 'Sources');
  tellThread('Edited afterwards, and answered again', first);

  // Edited while it is answered: the answer begins anew.
  const changing = await slack.mention({
    channel: people,
    user: ada,
    text: 'Tell me everything on a note',
  });
  await shown(changing, 'In Leeds');
  await slack.editMessage({ ...changing, text: '{bot} How do I report sick leave?' });
  await shown(changing, 'before 09:30', 'Sources');
  tellThread('Edited while it was answered', changing);

  // Stopped by a button.
  const long = await slack.mention({
    channel: people,
    user: ada,
    text: 'Tell me everything on sick leave',
  });
  const growing = await shown(long, 'before 09:30');
  await slack.click({ channel: people, ts: growing.ts, user: ada, actionId: actionIds.stop });
  await shown(long, 'Stopped here');
  tellThread('Stopped', long);

  // Deleted: its reply goes too.
  const regretted = await slack.mention({
    channel: people,
    user: bob,
    text: 'Is sick leave paid?',
  });
  await shown(regretted, 'Sources');
  await slack.deleteMessage(regretted);
  await slack.waitFor(() => slack.botMessages(people, regretted.threadTs).length === 0, {
    timeoutMs: 30_000,
  });
  tellThread('Deleted', regretted);

  // By command: a thread of its own, with a follow-up in it.
  const acked = await slack.slashCommand({
    channel: people,
    user: bob,
    text: 'How do visitors get in?',
  });
  const byCommand = await shown({ channel: people }, 'reception', 'Sources');
  const commandThread = { channel: people, threadTs: byCommand.threadTs ?? byCommand.ts };
  await slack.threadReply({ ...commandThread, user: bob, text: 'And how do I report sick leave?' });
  await shown(commandThread, 'before 09:30', 'Sources');
  tell(
    'By command',
    `bob is told: ${JSON.parse(acked.body || '{}').text ?? ''}`,
    transcriptOf(commandThread),
  );

  // By shortcut on somebody's message.
  const said = await slack.say({ channel: people, user: bob, text: 'My child is ill today' });
  await slack.messageShortcut({ channel: people, ts: said.ts, user: ada });
  await slack.waitFor(() => slack.modalOf(ada));
  await slack.submitModal({
    user: ada,
    inputs: { [inputBlockId]: 'How many days for a sick child?' },
  });
  const byShortcut = await slack.waitFor(
    () =>
      slack
        .botMessages(people)
        .findLast(
          ({ ts, text }) =>
            ts > said.ts && text.includes('six paid days') && text.includes('Sources'),
        ),
    { timeoutMs: 30_000 },
  );
  const shortcutThread = { channel: people, threadTs: byShortcut?.threadTs ?? '' };
  tellThread('By shortcut', shortcutThread);

  // In private.
  const inPrivate = await slack.directMessage({ user: ada, text: 'How do I report sick leave?' });
  await shown({ channel: direct }, 'before 09:30', 'Sources');
  tellThread('In a direct message', inPrivate);

  // Where it listens to everybody: it answers what it knows, and is silent otherwise.
  const overheard = await slack.say({ channel: help, user: bob, text: 'How do visitors get in?' });
  const chat = await slack.say({ channel: help, user: bob, text: 'Who is up for lunch today?' });
  await shown(overheard, 'reception', 'Sources');
  tellThread('Overheard, and known', overheard);
  tellThread('Overheard, and not known', chat);

  // A guest is told what everybody may know.
  const byGuest = await slack.mention({
    channel: people,
    user: guest,
    text: 'How do I report sick leave?',
  });
  await shown(byGuest, 'I found nothing');
  const forGuests = await slack.mention({
    channel: people,
    user: guest,
    text: 'How do visitors get in?',
  });
  await shown(forGuests, 'reception', 'Sources');
  tellThread('A guest asks what is not for guests', byGuest);
  tellThread('A guest asks what is for everybody', forGuests);

  await slack.openHome(ada);
  const home = await slack.waitFor(() => slack.homeOf(ada));
  tell('The Home tab', ...homeLines(home?.view['blocks']));
  return `${told.join('\n\n')}\n`;
};

/** What can be pressed under a message. */
const actionsIn = (blocks: readonly unknown[]): string => {
  const ids = JSON.stringify(blocks).match(/(?<="action_id":"footnote_)\w+/g) ?? [];
  return ids.join(', ') || 'nothing';
};

const homeLines = (blocks: unknown): readonly string[] =>
  (blocks as readonly { readonly text?: { readonly text?: string } }[]).flatMap(
    ({ text }) => text?.text ?? [],
  );
