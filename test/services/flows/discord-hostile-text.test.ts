/** What a model, a document or a person writes pings nobody on Discord, in no draft, no edit and no code; and every call says so. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discordTurnId } from '../../../src/domain/turn-id.ts';
import { answer } from '../../fakes/openai/chat-script.ts';
import { citePassages, questionIn } from './cite-passages.ts';
import { type DiscordWorld, startDiscordWorld } from './discord-world.ts';
import { turnInState } from './stored-turns.ts';

/** Ways to ping, or to look like a ping, for this person and this role. */
const spellingsFor = (user: string, role: string): readonly string[] => [
  '@everyone',
  '@here',
  '@EVERYONE',
  'x@everyone',
  '@everyone.',
  '@\u200Beveryone',
  '\\@everyone',
  `<@${user}>`,
  `<@!${user}>`,
  `<@&${role}>`,
  `\\<@${user}>`,
  `<@${user}`,
  `< @${user}>`,
  `<@${user}><@${user}>`,
  `**<@${user}>**`,
  `_@here_`,
  `~~@everyone~~`,
  `||@everyone||`,
  `> @everyone`,
  `- @here\n  - <@&${role}>`,
  `# @everyone`,
  '`@everyone`',
  '``@everyone`',
  `\`<@${user}>\` <@${user}>`,
  '```\n@everyone\n```',
  '```\n@everyone',
  `~~~\n<@${user}>\n~~~`,
  `\`\`\`\`\n\`\`\`\n@everyone\n\`\`\`\``,
  '    @here',
  `| who | what |\n| --- | --- |\n| @everyone | <@${user}> |`,
  `| who | ${'wide '.repeat(30)} |\n| --- | --- |\n| @everyone | <@${user}> |`,
  `[@everyone](https://handbook.example/doors.md)`,
  `[all](<@${user}>)`,
  `[all](@everyone)`,
  `<https://evil.example/@everyone>`,
  `https://handbook.example/<@${user}>`,
  `![@here](https://evil.example/door.png)`,
  `[all][1]\n\n[1]: @everyone`,
  '&lt;@everyone&gt;',
  '&#64;everyone',
  `<@${user}>, @here; @everyone`,
  `[ID:0]@everyone[ID:0]`,
  `<think>@everyone</think>@here`,
  `#### @everyone`,
  `***\n@everyone\n***`,
];

describe('hostile text on Discord', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-hostile-'));
  let world: DiscordWorld;
  let channel: string;
  let ada: string;
  let spellings: readonly string[];

  beforeAll(async () => {
    world = await startDiscordWorld({
      testFileUrl: import.meta.url,
      editConfig: () => `
knowledge:
  house:
    audience: public
    sources:
      - { folder: ${JSON.stringify(folder)}, include: ['**/*.md'], link: 'https://handbook.example/{path}#{anchor}' }
dialogs:
  default: { knowledge: [house], similarityThreshold: 0, vectorSimilarityWeight: 0.1 }
`,
      prepare: ({ addUser, addRole, addChannel }) => {
        ada = addUser({ name: 'ada' });
        channel = addChannel({ name: 'people' });
        const bob = addUser({ name: 'bob' });
        spellings = spellingsFor(bob, addRole({ name: 'ops' }));
        mkdirSync(folder, { recursive: true });
        writeFileSync(
          path.join(folder, 'gates.md'),
          `# Gates of @everyone and <@${bob}>\n\n## Hinges [all](@here)\n\nHinges of gates are oiled in May.\n`,
        );
        for (const [index, spelling] of spellings.entries()) {
          const page = `# Door ${index}\n\nRule ${index} says: hang up\n\n${spelling}\n\non door ${index}.\n`;
          writeFileSync(path.join(folder, `door-${index}.md`), page);
        }
      },
    });
    world.model.respond((request) => {
      const question = questionIn(request);
      const [, say] = /say number (\d+)/.exec(question) ?? [];
      if (say !== undefined) return answer(`It says ${spellings[Number(say)]} so [ID:0].`);
      return answer(citePassages(request, 'In May {oiled in May}.'));
    });
    await Promise.all([world.startWorker(), world.startDiscord()]);
    await world.discord.waitFor(() => world.discord.sessions().some((one) => one.isConnected));
  });
  afterAll(async () => {
    await world?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (text: string): Promise<string> => {
    const { message } = world.discord.mention({ channel, user: ada, text });
    await turnInState(world, { id: discordTurnId(message), state: 'done' }, { timeoutMs: 60_000 });
    return message;
  };

  it('pings nobody, however it is spelt', async () => {
    const { discord } = world;
    const threads = await Promise.all(
      spellings.map((_spelling, index) => ask(`Please say number ${index}`)),
    );
    for (const thread of threads) expect(discord.botMessages(thread)[0]?.text).toMatch(/^It says/);
    expect(discord.pings()).toEqual([]);
  });

  it('pings nobody from the list of sources and from the passages', async () => {
    const { discord } = world;
    const thread = await ask('When are the hinges oiled?');
    const [reply] = discord.botMessages(thread);
    expect(reply?.text).toMatch(/^In May .*Sources.*Gates of/s);
    discord.press({ channel: thread, message: reply?.id ?? '', user: ada, label: 'Show passages' });
    await discord.waitFor(() => discord.ephemerals(ada).length > 0);
    expect(discord.pings()).toEqual([]);
  });

  it('pings nobody from a thread whose name it becomes', async () => {
    const { discord } = world;
    const thread = await ask('@everyone: when are the hinges oiled?');
    expect(discord.pings()).toEqual([]);
    expect(discord.thread(thread)?.name).not.toContain('<@');
  });

  it('every post and every edit says that nobody is meant', () => {
    const shown = world.discord
      .calls()
      .filter(({ method }) =>
        /^(?:createMessage|editMessage|editResponse|createFollowUp)$/.test(method),
      );
    expect(shown.length).toBeGreaterThan(spellings.length);
    expect(
      shown.filter(
        ({ body }) => JSON.stringify(body['allowed_mentions']) !== JSON.stringify({ parse: [] }),
      ),
    ).toEqual([]);
  });
});
