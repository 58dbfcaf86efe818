/** Everything that people do with the bot in Discord in a day, one thing after the other, told in chapters. */
import type { TurnId } from '../../../src/domain/ids.ts';
import { isEnded, type Turn } from '../../../src/domain/turn.ts';
import {
  discordInteractionTurnId,
  discordTurnId,
  repeatTurnId,
} from '../../../src/domain/turn-id.ts';
import type { Posted } from '../../fakes/discord/people.ts';
import type { DayPlaces } from './discord-day-places.ts';
import { type Chapter, createDayTranscript, type DayTranscript } from './discord-day-transcript.ts';
import type { DiscordWorld } from './discord-world.ts';
import { until } from './until.ts';

interface Day extends DayTranscript, DayPlaces {
  readonly discord: DiscordWorld['discord'];
  /** Resolves when a question has come to its end, in whatever state unless `how` looks for one; Discord shows all of it then. */
  ended(
    question: Posted | { readonly id: TurnId },
    how?: (state: Turn['state']) => boolean,
  ): Promise<void>;
  /** Gives the bot's message in a channel, or in a thread that is still to come, as soon as one reads so. */
  shown(
    channel: string,
    words: RegExp,
  ): Promise<{ readonly channel: string; readonly message: string }>;
  privately(user: string, words: RegExp): Promise<unknown>;
}

const report = 'How do I report sick leave?';
const child = 'May I stay at home with a sick child?';
const offer = 'Answer the edited question';
const isCancelled = (state: Turn['state']): boolean => state === 'cancelled';

/** Resolves with the chapters when the day is over. */
export const liveADayInDiscord = async (
  world: DiscordWorld,
  places: DayPlaces,
): Promise<readonly Chapter[]> => {
  const { discord } = world;
  const transcript = createDayTranscript(discord);
  const day: Day = {
    ...{ ...transcript, ...places, discord },
    async ended(question, how = isEnded) {
      const id = 'id' in question ? question.id : discordTurnId(question.message);
      const { turns } = await world.openStore();
      const look = async () => {
        const turn = await turns.getTurn(id);
        return turn !== undefined && !turn.open && how(turn.state);
      };
      await until(look, { what: `${id} has ended` });
    },
    async shown(channel, words) {
      const messages = () =>
        discord.timeline(channel).length > 0 ? discord.botMessages(channel) : [];
      const look = () => messages().find(({ text }) => words.test(text));
      const found = await discord.waitFor(look, { timeoutMs: 20_000, what: words.source });
      return { channel, message: found?.id ?? '' };
    },
    privately(user, words) {
      const look = () => discord.ephemerals(user).some(({ text }) => words.test(text));
      return discord.waitFor(look, { timeoutMs: 20_000, what: words.source });
    },
  };
  await liveByMention(day);
  await liveByChanges(day);
  await liveByCommand(day);
  await liveElsewhere(day);
  await liveWithoutAnswer(day);
  return transcript.chapters();
};

const liveByMention = async (day: Day): Promise<void> => {
  const { chapter, does, discord, people, ada, bob, ended, shown, privately } = day;
  const asked = await chapter('Asked by mention, and once more without', async () => {
    const first = discord.mention({ channel: people, user: ada, text: report });
    await ended(first);
    const text = 'And from when on do I need a note?';
    await ended(discord.post({ channel: first.message, user: ada, text }));
    return first;
  });
  const reply = await shown(asked.message, /before 09:30/);

  await chapter('Helpful to ada, not to bob', async () => {
    does('ada presses [Helpful]');
    discord.press({ ...reply, user: ada, label: 'Helpful' });
    await privately(ada, /Thank you/);
    does('bob presses [Not helpful]');
    discord.press({ ...reply, user: bob, label: 'Not helpful' });
    const form = await discord.waitFor(() => discord.modalOf(bob));
    does(`bob is asked: ${formText(form)}`);
    does('bob writes: It does not say to whom in Utrecht.');
    discord.submitModal({ user: bob, inputs: { reason: 'It does not say to whom in Utrecht.' } });
    await privately(bob, /Thank you/);
  });

  await chapter('Bob reads the passages', async () => {
    does('bob presses [Show passages]');
    discord.press({ ...reply, user: bob, label: 'Show passages' });
    await privately(bob, /passages/);
  });

  await chapter('Edited afterwards, and answered again', async () => {
    discord.edit({ ...asked, text: `{bot} ${child}` });
    const labels = () => discord.botMessages(asked.message).flatMap(({ buttons }) => buttons);
    await discord.waitFor(() => labels().some(({ label }) => label === offer), {
      timeoutMs: 20_000,
    });
    does(`ada presses [${offer}]`);
    discord.press({ ...reply, user: ada, label: offer });
    await ended({ id: repeatTurnId(discordTurnId(asked.message), 1) });
  });
};

const liveByChanges = async (day: Day): Promise<void> => {
  const { chapter, does, discord, people, ada, bob, ended, shown } = day;
  await chapter('Edited while it is answered', async () => {
    const asked = discord.mention({
      channel: people,
      user: ada,
      text: 'Tell me everything on a note',
    });
    await shown(asked.message, /In Leeds.+\)\.$/);
    does('the answer is not finished yet');
    discord.edit({ ...asked, text: `{bot} ${report}` });
    await ended(asked);
  });

  await chapter('Stopped', async () => {
    const asked = discord.mention({
      channel: people,
      user: ada,
      text: 'Tell me everything on sick leave',
    });
    const growing = await shown(asked.message, /before 09:30.+\)\.$/);
    does('bob presses [Stop]');
    discord.press({ ...growing, user: bob, label: 'Stop' });
    await day.privately(bob, /can stop/);
    does('ada presses [Stop]');
    discord.press({ ...growing, user: ada, label: 'Stop' });
    await ended(asked, isCancelled);
  });

  await chapter('Deleted', async () => {
    const asked = discord.mention({ channel: people, user: bob, text: 'Is sick leave paid?' });
    await ended(asked);
    does('bob thinks better of it');
    discord.deleteMessage(asked);
    await ended(asked, isCancelled);
  });
};

const liveByCommand = async (day: Day): Promise<void> => {
  const { chapter, does, discord, people, ada, bob, ended } = day;
  await chapter('By command', async () => {
    const question = 'How do I register visitors?';
    does(`bob types /ask ${question}`);
    const { id } = discord.slashCommand({ channel: people, user: bob, options: { question } });
    await ended({ id: discordInteractionTurnId(id) });
  });

  await chapter('From the menu of a message', async () => {
    const said = discord.post({ channel: people, user: bob, text: child });
    does('ada chooses Apps › Ask Footnote in the menu of that message');
    const { id } = discord.messageCommand({ ...said, user: ada });
    await ended({ id: discordInteractionTurnId(id) });
  });
};

const liveElsewhere = async (day: Day): Promise<void> => {
  const { chapter, does, discord, help, forum, answeredTag, ada, bob, ended } = day;
  await chapter('In a direct message', async () => {
    await ended(discord.directMessage({ user: ada, text: report }));
    await ended(discord.directMessage({ user: ada, text: 'And from when on do I need a note?' }));
    const { channel } = discord.directMessage({ user: ada, text: 'new topic' });
    await day.shown(channel, /new topic/i);
  });

  await chapter('A post in a forum', async () => {
    const text = 'He is six, and it is only a cold.';
    const post = discord.createForumPost({ channel: forum, user: bob, title: child, text });
    await ended(post);
    await discord.waitFor(() => discord.thread(post.channel)?.appliedTags.includes(answeredTag));
    does('the post is tagged as answered');
  });

  await chapter('Overheard: known, and not known', async () => {
    await ended(discord.post({ channel: help, user: bob, text: 'How do I register visitors?' }));
    const lunch = discord.post({ channel: help, user: bob, text: 'Who is up for lunch today?' });
    await ended(lunch);
  });
};

const liveWithoutAnswer = async (day: Day): Promise<void> => {
  const { chapter, does, discord, people, busy, ada, bob, ended, privately } = day;
  await chapter('Called without a question', async () => {
    await ended(discord.mention({ channel: people, user: ada, text: '' }));
  });

  await chapter('Found, and not answered', async () => {
    const text = 'How tall is the Eiffel Tower?';
    await ended(discord.mention({ channel: people, user: ada, text }));
  });

  await chapter('What nobody knows', async () => {
    const text = 'Who won Eurovision?';
    await ended(discord.mention({ channel: people, user: ada, text }));
  });

  await chapter('The budget of the model is used up', async () => {
    const text = 'What is paid from week thirteen of an absence on?';
    await ended(discord.mention({ channel: people, user: ada, text }));
  });

  await chapter('Too fast', async () => {
    await ended(discord.mention({ channel: busy, user: ada, text: report }));
    await ended(discord.mention({ channel: busy, user: ada, text: child }));
    does(`ada types /ask ${child}`);
    discord.slashCommand({ channel: busy, user: ada, options: { question: child } });
    await privately(ada, /fast/);
  });

  await chapter('Not allowed', async () => {
    const text = 'Where can I bet on the number of sick days?';
    await ended(discord.mention({ channel: busy, user: bob, text }));
    does(`bob types /ask ${text}`);
    discord.slashCommand({ channel: busy, user: bob, options: { question: text } });
    await privately(bob, /moderators/);
  });
};

/** All that is written in a form, in its order. */
const formText = (form: unknown): string =>
  [...JSON.stringify(form).matchAll(/"(?:title|label|description)":"([^"]+)"/g)]
    .map(([, text]) => text)
    .join(' / ');
