/** Tells the operator what is connected, what is not, and how to connect it. */
import type { Config } from '../src/config/config.ts';
import { hidesAllFromDiscord, hidesAllSentence } from './discord-knowledge.ts';
import type { Role } from './start.ts';

interface Row {
  readonly name: string;
  readonly state: string;
  /** Empty: nothing to do. */
  readonly hint: string;
}

export const printBanner = (
  config: Config,
  options: { readonly roles: readonly Role[]; readonly url: string | undefined },
): void => {
  const rows = describeParts(config, options);
  const lines = rows.map(({ name, state, hint }) => {
    const line = `  ${name.padEnd(16)}${state}`;
    return hint === '' ? line : `${line}\n${' '.repeat(18)}${hint}`;
  });
  process.stdout.write(`\nFootnote\n${lines.join('\n')}\n\n`);
};

/** One row a part, in the order of the way of a question. */
export const describeParts = (
  config: Config,
  { roles, url }: { readonly roles: readonly Role[]; readonly url: string | undefined },
): readonly Row[] => {
  const { openai, slack, discord, servers, http } = config;
  const sources = config.knowledge.map((base) => base.id).join(', ') || 'none';
  return [
    { name: 'Roles', state: roles.join(', '), hint: '' },
    {
      name: 'HTTP API',
      state: url ?? 'not in this process',
      hint:
        url !== undefined && http.apiKeys.length === 0
          ? 'Only this machine is answered; FOOTNOTE_API_KEYS opens it to others.'
          : '',
    },
    slack === undefined
      ? {
          name: 'Slack',
          state: 'not connected',
          hint: 'Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; docs/slack.md leads there.',
        }
      : { name: 'Slack', state: slackWays(slack), hint: '' },
    discord === undefined
      ? {
          name: 'Discord',
          state: 'not connected',
          hint: 'Set DISCORD_TOKEN; docs/discord.md leads there.',
        }
      : {
          name: 'Discord',
          state: config.discordBehaviour.messageContent
            ? 'by its gateway'
            : 'by its gateway; mentions, replies, direct messages and commands only',
          hint: hidesAllFromDiscord(config) ? `But ${hidesAllSentence}.` : '',
        },
    {
      name: 'Knowledge',
      state: config.sample ? `${sources} (the sample handbook of a made-up company)` : sources,
      hint: config.sample
        ? 'Write a footnote.yaml for your own documents; docs/configuration.md shows one.'
        : '',
    },
    openai === undefined
      ? {
          name: 'Language model',
          state: 'none: answers are quotes from the documents, word for word',
          hint: 'Set OPENAI_API_KEY, or OPENAI_BASE_URL for a local server.',
        }
      : { name: 'Language model', state: openai.chat.model, hint: '' },
    {
      name: 'Embeddings',
      state: openai?.embeddingModel ?? 'embedded (English; other languages are found by words)',
      hint: '',
    },
    servers === undefined
      ? {
          name: 'Conversations',
          state: "in this process's memory, gone when it ends",
          hint: 'Set MONGODB_URL and REDIS_URL to keep them and to run more than one process.',
        }
      : {
          name: 'Conversations',
          state: 'MongoDB, wake-ups and running answers in Redis',
          hint: '',
        },
  ];
};

/** How events come in. */
const slackWays = ({ appToken, signingSecret }: NonNullable<Config['slack']>): string =>
  [
    ...(appToken === undefined ? [] : ['Socket Mode']),
    ...(signingSecret === undefined ? [] : ['events at /slack/events']),
  ].join(', ');
