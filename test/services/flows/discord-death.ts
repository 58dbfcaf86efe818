/** Kills one of the three processes at a chosen moment of an answer on Discord, starts it again, and gives the asker's thread when the answer is done. */
import type { TurnId } from '../../../src/domain/ids.ts';
import { discordInteractionTurnId, discordTurnId } from '../../../src/domain/turn-id.ts';
import type { RecordedCall } from '../../fakes/discord/call-log.ts';
import type { Posted } from '../../fakes/discord/people.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { turnInState } from './stored-turns.ts';
import { until } from './until.ts';

export const victims = ['discord', 'one worker', 'the other worker'] as const;
export type Victim = (typeof victims)[number];

export const moments = [
  'the thread is made, and nobody was told',
  'retrieving',
  'first post lost',
  'mid-stream',
  'answered but not delivered',
  'delivered but not done',
] as const;
export type Moment = (typeof moments)[number];

/** Of `/ask`, whose answer stands in the channel. */
export const commandMoment = 'a command is deferred, and nobody was told';

const question = 'Can I carry leftover holiday over into next year, and when does it expire?';
const beginning = 'Up to five unused days';
const answerText = `${beginning} move into the new year and lapse on 31 March [ID:0]. Whatever is left after that day is gone. Ask your lead before the end of the year if you could not take them [ID:1].`;
const script = answer(answerText, { tokensPerSecond: 300 });
/** Enough for some words to be shown, long before the end. */
const someChunks = 12;

export interface DeathsOnDiscord {
  /** What an answer that nobody disturbed looks like in the end. */
  readonly whole: string;
  /** Resolves when the answer is done, with the bot's messages that stand where it is and how many were ever posted there. */
  killAt(
    moment: Moment | typeof commandMoment,
  ): Promise<{ readonly standing: readonly string[]; readonly posts: number }>;
  close(): Promise<void>;
}

/** One gateway's process and two workers, of which always the same one dies. */
export const openDeathsOnDiscord = async ({
  testFileUrl,
  victim,
}: {
  readonly testFileUrl: string;
  readonly victim: Victim;
}): Promise<DeathsOnDiscord> => {
  const world = await startDiscordWorld({ testFileUrl });
  const { discord, model } = world;
  const ada = discord.addUser({ name: 'ada' });
  model.respond(() => script);
  const startOf: Readonly<Record<Victim, () => Promise<FootnoteProcess>>> = {
    discord: async () => {
      const sessions = discord.identifies();
      const started = await world.startDiscord();
      await discord.waitFor(() => discord.identifies() > sessions);
      return started;
    },
    'one worker': () => world.startWorker(),
    'the other worker': () => world.startWorker(),
  };
  const others = victims.filter((one) => one !== victim);
  let mortal = await startOf[victim]();
  await Promise.all(others.map((one) => startOf[one]()));

  const ask = (): Posted => {
    const channel = discord.addChannel({ name: 'people' });
    return discord.mention({ channel, user: ada, text: question });
  };
  const askByCommand = () => {
    const channel = discord.addChannel({ name: 'people' });
    const { id } = discord.slashCommand({ channel, user: ada, options: { question } });
    return { turnId: discordInteractionTurnId(id), place: channel };
  };
  const texts = (place: string) => discord.botMessages(place).map(({ text }) => text);
  const undisturbed = inThread(ask());
  await turnInState(world, { id: undisturbed.turnId, state: 'done' });

  return {
    whole: texts(undisturbed.place).join('\n'),
    async killAt(moment) {
      const { asked, letGo } =
        moment === commandMoment
          ? await holdDeferral(world, askByCommand)
          : await reach[moment](world, ask);
      const { turnId, place } = 'turnId' in asked ? asked : inThread(asked);
      await mortal.kill();
      letGo();
      mortal = await startOf[victim]();
      await turnInState(world, { id: turnId, state: 'done' }, { timeoutMs: 40_000 });
      const posts = discord
        .timeline(place)
        .filter(({ kind, byBot, type }) => kind === 'post' && byBot && type !== 21);
      return { standing: texts(place), posts: posts.length };
    },
    close: () => world.close(),
  };
};

interface Asked {
  readonly turnId: TurnId;
  /** Where the answer stands. */
  readonly place: string;
}
/** The thread for the answer has the id of the question. */
const inThread = ({ message }: Posted): Asked => ({
  turnId: discordTurnId(message),
  place: message,
});

interface Reached {
  readonly asked: Posted | Asked;
  /** Ends what holds a call: it is dropped, and its caller, if it lives, does not know what became of it. */
  readonly letGo: () => void;
}
type Reach = (world: DiscordWorld, ask: () => Posted) => Promise<Reached>;

const reach: Readonly<Record<Moment, Reach>> = {
  'the thread is made, and nobody was told': (world, ask) =>
    holdCall(world, ask, { method: 'startThread', when: 'after-apply' }),
  async retrieving({ model }, ask) {
    const call = model.requests('embeddings').length + 1;
    const stop = model.stopAt({ kind: 'embeddings', call });
    const asked = ask();
    await stop.reached;
    return { asked, letGo: stop.release };
  },
  'first post lost': (world, ask) =>
    holdCall(world, ask, { method: 'createMessage', when: 'after-apply' }),
  async 'mid-stream'({ model, discord }, ask) {
    const call = model.requests('chat').length + 1;
    const stop = model.stopAt({ call, afterChunks: someChunks });
    const asked = ask();
    await stop.reached;
    await discord.waitFor(
      () => discord.botMessages(asked.message)[0]?.text.startsWith(beginning) === true,
    );
    return { asked, letGo: stop.release };
  },
  'answered but not delivered': (world, ask) =>
    holdCall(world, ask, { method: 'editMessage', when: 'before-apply', fits: isFinal }),
  'delivered but not done': (world, ask) =>
    holdCall(world, ask, { method: 'editMessage', when: 'after-apply', fits: isFinal }),
};

/** Only the final has the sources. */
const isFinal = ({ body }: RecordedCall): boolean => JSON.stringify(body).includes('**Sources**');

const holdCall = async (
  { discord }: DiscordWorld,
  ask: () => Posted,
  at: {
    readonly method: string;
    readonly when: 'before-apply' | 'after-apply';
    readonly fits?: (call: RecordedCall) => boolean;
  },
): Promise<Reached> => {
  const { method, when, fits = () => true } = at;
  const stop = discord.stopAt({ method, when, matches: fits });
  const asked = ask();
  await stop.reached;
  return { asked, letGo: () => stop.release('drop') };
};

/** Discord has taken the deferral and the turn is stored: who deferred it does not know the one, nor has anybody told which message the response is. */
const holdDeferral = async (world: DiscordWorld, ask: () => Asked): Promise<Reached> => {
  const stop = world.discord.stopAt({ method: 'respond', when: 'after-apply' });
  const asked = ask();
  await stop.reached;
  const { turns } = await world.openStore();
  const isStored = async () => (await turns.getTurn(asked.turnId)) !== undefined;
  await until(isStored, { what: `${asked.turnId} is stored`, timeoutMs: 20_000 });
  return { asked, letGo: () => stop.release('drop') };
};
