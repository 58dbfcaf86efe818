/** The real clients get along with the fake: discord.js over the gateway, @discordjs/rest alone. */
import { REST } from '@discordjs/rest';
import { Client, Events, GatewayIntentBits, type Message, Partials, Routes } from 'discord.js';
import type { APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FakeDiscord } from '../../fakes/discord/fake-discord.ts';
import { startWithWorld } from './fake-discord-setup.ts';

const logIn = async (fake: FakeDiscord) => {
  const client = new Client({
    intents: [
      ...[GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessages],
      ...[GatewayIntentBits.DirectMessages, GatewayIntentBits.MessageContent],
    ],
    partials: [Partials.Channel, Partials.Message],
    rest: { api: fake.apiUrl },
  });
  onTestFinished(() => client.destroy());
  const messages: Message[] = [];
  client.on(Events.MessageCreate, (message) => void messages.push(message));
  /** Resolves when so many messages were heard. */
  const heard = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => messages.length >= count && resolve();
      client.on(Events.MessageCreate, look);
      look();
    });
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(fake.token);
  await ready;
  return { client, messages, heard };
};

describe('discord.js', () => {
  it('logs in, hears a mention, opens a thread, answers and edits in it', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { client } = await logIn(fake);
    client.on(Events.MessageCreate, async (message) => {
      if (message.author.bot || !client.user || !message.mentions.has(client.user)) return;
      const thread = await message.startThread({ name: 'why?', autoArchiveDuration: 1440 });
      const answer = await thread.send({ content: 'bec', allowedMentions: { parse: [] } });
      await answer.edit({ content: 'because', allowedMentions: { parse: [] } });
    });
    const { message } = fake.mention({ channel, user: ann, text: 'why?' });
    await fake.waitFor(() => fake.threadOf(message) && fake.botMessages(message)[0]?.isEdited);
    expect(fake.transcript(message)).toBe(
      ['footnote began the thread', 'footnote: bec', 'footnote (1 edit): because'].join('\n'),
    );
  });

  it('knows the managed role, the permissions and a closed channel', async () => {
    const { fake, channel } = await startWithWorld();
    fake.setPermissions({ channel, to: 'bot', deny: ['SendMessages'] });
    const { client } = await logIn(fake);
    const guild = client.guilds.cache.get(fake.guild.id);
    expect(guild?.roles.botRoleFor(client.user?.id ?? '')?.id).toBe(fake.guild.botRole);
    const me = guild?.members.me;
    const where = guild?.channels.cache.get(channel);
    expect(me && where?.permissionsFor(me).has('SendMessages')).toBe(false);
    expect(me && where?.permissionsFor(me).has('ViewChannel')).toBe(true);
  });

  it('hears direct messages, and forum posts', async () => {
    const { fake, ann } = await startWithWorld();
    const forum = fake.addChannel({ type: 'forum' });
    const { messages, heard } = await logIn(fake);
    fake.directMessage({ user: ann, text: 'in private' });
    const post = fake.createForumPost({ channel: forum, user: ann, title: 'How?', text: 'how?' });
    await heard(2);
    expect(messages.map(({ content }) => content)).toEqual(['in private', 'how?']);
    expect(messages[0]?.guildId).toBeNull();
    expect(messages[1]?.channelId).toBe(post.message);
  });

  it('resumes after a cut and hears what it missed, once', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { messages, heard } = await logIn(fake);
    fake.post({ channel, user: ann, text: 'before' });
    await heard(1);
    fake.dropConnections();
    await fake.waitFor(() => fake.sessions().every(({ isConnected }) => !isConnected));
    for (let at = 0; at < 200; at += 1) fake.post({ channel, user: ann, text: `missed ${at}` });
    await fake.waitFor(() => fake.resumes() === 1);
    await heard(201);
    expect(new Set(messages.map(({ id }) => id)).size).toBe(201);
    expect(fake.identifies()).toBe(1);
  });

  it('notices a zombie by its missing heartbeats, and resumes', async () => {
    const { fake, channel, ann } = await startWithWorld({ heartbeatIntervalMs: 100 });
    const { messages, heard } = await logIn(fake);
    fake.stallConnections();
    fake.post({ channel, user: ann, text: 'unheard at first' });
    await fake.waitFor(() => fake.resumes() > 0);
    await heard(1);
    expect(messages[0]?.content).toBe('unheard at first');
  });

  it('follows op 7, and comes back from op 9 that resumes', async () => {
    const { fake } = await startWithWorld();
    await logIn(fake);
    fake.askToReconnect();
    await fake.waitFor(() => fake.resumes() === 1);
    fake.invalidateSessions({ resumable: true });
    await fake.waitFor(() => fake.resumes() === 2);
    expect(fake.identifies()).toBe(1);
  });

  it('does not come in with a wrong token, or an intent that is switched off', async () => {
    const { fake } = await startWithWorld({ messageContent: false });
    await expect(logIn(fake)).rejects.toThrow(/disallowed intents/i);
    fake.setTokenState('revoked');
    await expect(logIn(fake)).rejects.toThrow(/token/i);
  });

  it('answers a command, a button and a form', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { client } = await logIn(fake);
    client.on(Events.InteractionCreate, async (interaction) => {
      if (interaction.isChatInputCommand()) {
        await interaction.deferReply();
        await interaction.editReply({ content: 'an answer', components: [stopRow] });
      } else if (interaction.isButton()) {
        await interaction.showModal(form);
      } else if (interaction.isModalSubmit()) {
        const reason = interaction.fields.getTextInputValue('why');
        await interaction.reply({ content: `noted: ${reason}`, flags: 64 });
      }
    });
    const asked = fake.slashCommand({ channel, user: ann, options: { question: 'why?' } });
    const seen = await fake.waitFor(() => {
      const { response } = fake.interaction(asked.id);
      return response?.text ? response : undefined;
    });
    fake.press({ channel, message: seen?.id ?? '', user: ann, label: 'Not helpful' });
    await fake.waitFor(() => fake.modalOf(ann));
    fake.submitModal({ user: ann, inputs: { why: 'too short' } });
    await fake.waitFor(() => fake.ephemerals(ann).length > 0);
    expect(fake.ephemerals(ann)[0]?.text).toBe('noted: too short');
  });
});

const stopRow = {
  type: 1,
  components: [{ type: 2, style: 2, label: 'Not helpful', custom_id: 'fn:not-helpful:1' }],
} as const;

const form: APIModalInteractionResponseCallbackData = {
  ...{ custom_id: 'fn:reason:1', title: 'What was wrong?' },
  components: [{ type: 1, components: [{ type: 4, custom_id: 'why', label: 'Reason', style: 1 }] }],
};

describe('@discordjs/rest', () => {
  it('sees the buckets and obeys them', async () => {
    const { fake, channel } = await startWithWorld({
      limits: {
        buckets: {
          createMessage: { bucket: 'm', limit: 2, windowMs: 300, per: 'channel' },
        },
      },
    });
    const rest = new REST({ api: fake.apiUrl, offset: 20 }).setToken(fake.token);
    const post = (content: string) =>
      rest.post(Routes.channelMessages(channel), { body: { content } });
    await Promise.all(['1', '2', '3', '4'].map(post));
    expect(fake.botMessages(channel).map(({ text }) => text)).toEqual(['1', '2', '3', '4']);
    expect(fake.limited().user).toBe(0);
  });

  it('throws what the fake refuses, with its code', async () => {
    const { fake, channel } = await startWithWorld();
    const rest = new REST({ api: fake.apiUrl, retries: 0 }).setToken(fake.token);
    const body = { content: 'x'.repeat(2001) };
    await expect(rest.post(Routes.channelMessages(channel), { body })).rejects.toMatchObject({
      ...{ code: 50035, status: 400 },
    });
    fake.failNext('createMessage', { status: 429, scope: 'shared', retryAfterS: 2 });
    const strict = new REST({ api: fake.apiUrl, offset: 0, rejectOnRateLimit: () => true });
    strict.setToken(fake.token);
    await expect(
      strict.post(Routes.channelMessages(channel), { body: { content: 'x' } }),
    ).rejects.toMatchObject({ scope: 'shared', retryAfter: 2_000 });
  });

  it('sends files in a form', async () => {
    const { fake, channel } = await startWithWorld();
    const rest = new REST({ api: fake.apiUrl }).setToken(fake.token);
    const files = [{ name: 'answer.md', data: Buffer.from('# All of it') }];
    await rest.post(Routes.channelMessages(channel), { body: { content: 'x' }, files });
    expect(fake.files(channel)).toMatchObject([{ name: 'answer.md', text: '# All of it' }]);
    expect(fake.calls('createMessage')[0]).toMatchObject({
      ...{ body: { content: 'x' }, fileNames: ['answer.md'] },
    });
  });
});
