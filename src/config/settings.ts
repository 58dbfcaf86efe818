/** Every environment setting: meaning, unit, default. `docs/configuration.md` and `.env.example` are printed from this table. */

export interface Setting {
  readonly name: string;
  readonly meaning: string;
  /** What holds when it is not set; empty: nothing. */
  readonly default: string;
  readonly example: string;
  /** Never shown. */
  readonly secret: boolean;
}

const setting = (
  name: string,
  meaning: string,
  rest: Partial<Omit<Setting, 'name' | 'meaning'>> = {},
): Setting => ({ name, meaning, default: '', example: '', secret: false, ...rest });

export const settings: readonly Setting[] = [
  setting('FOOTNOTE_PORT', 'TCP port of the HTTP server; 0 takes a free one.', { default: '3000' }),
  setting('FOOTNOTE_HOST', 'Address the HTTP server listens on.', { default: '127.0.0.1' }),
  setting(
    'FOOTNOTE_API_KEYS',
    'Keys of the HTTP API, separated by commas, each at least 16 characters. Without them the API answers local clients only.',
    { secret: true },
  ),
  setting('FOOTNOTE_DATA_DIR', 'Folder of the index, and of installations in the embedded mode.', {
    default: '.footnote',
  }),
  setting(
    'FOOTNOTE_CONFIG',
    'The file with models, knowledge and dialogs. Without one the sample handbook is used.',
    { default: 'footnote.yaml' },
  ),
  setting('FOOTNOTE_LOG_LEVEL', 'info, warn or error.', { default: 'info' }),
  setting('MONGODB_URL', 'Keeps conversations and turns. Needs REDIS_URL.', {
    example: 'mongodb://localhost:27017/footnote',
    secret: true,
  }),
  setting('REDIS_URL', 'Wakes workers and keeps running answers. Needs MONGODB_URL.', {
    example: 'redis://localhost:6379',
    secret: true,
  }),
  setting('OPENAI_API_KEY', 'Key of the OpenAI-compatible endpoint.', { secret: true }),
  setting(
    'OPENAI_BASE_URL',
    'An OpenAI-compatible endpoint; alone it is enough for local servers.',
    {
      default: 'https://api.openai.com/v1',
      example: 'http://localhost:11434/v1',
    },
  ),
  setting('FOOTNOTE_CHAT_MODEL', 'Name of the chat model.', { default: 'gpt-5-mini' }),
  setting(
    'FOOTNOTE_EMBEDDING_MODEL',
    'Name of the embedding model at the same endpoint. Without one the embedded English model is used.',
    { example: 'text-embedding-3-small' },
  ),
  setting('SLACK_BOT_TOKEN', 'Bot token of the Slack app, for one workspace.', {
    example: 'xoxb-…',
    secret: true,
  }),
  setting('SLACK_APP_TOKEN', 'App-level token. With it events come by Socket Mode.', {
    example: 'xapp-…',
    secret: true,
  }),
  setting('SLACK_SIGNING_SECRET', 'Proves that an event by HTTP comes from Slack.', {
    secret: true,
  }),
  setting(
    'SLACK_CLIENT_ID',
    'With SLACK_CLIENT_SECRET: the workspaces named in the configuration file install the app.',
  ),
  setting('SLACK_CLIENT_SECRET', 'Goes with SLACK_CLIENT_ID.', { secret: true }),
  setting(
    'FOOTNOTE_SECRET_KEY',
    'Encrypts stored tokens: 32 random bytes, as 64 hex digits or base64. Needed with SLACK_CLIENT_ID. After a comma, older keys that still open.',
    { secret: true },
  ),
  setting('SLACK_API_URL', "Slack's Web API.", { default: 'https://slack.com/api/' }),
  setting('DISCORD_TOKEN', 'Token of the Discord bot.', { secret: true }),
  setting('DISCORD_API_URL', "Discord's HTTP API, without the version.", {
    default: 'https://discord.com/api',
  }),
  setting(
    'FOOTNOTE_LEASE_MS',
    'How long a worker that died keeps its conversation. At least 1,000.',
    {
      default: '30000',
    },
  ),
  setting(
    'FOOTNOTE_SWEEP_MS',
    'How often each worker looks for forgotten questions. At least 200.',
    {
      default: '15000',
    },
  ),
];

/** Settings of parts that do not exist yet: the program does not start with one of them, instead of ignoring it. */
export const settingsToCome: readonly string[] = ['OPENSEARCH_URL'];
