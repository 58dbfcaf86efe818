/** The form of an entry of `places`: which channel or server it is for, and what holds there. */
import { z } from 'zod';
import type { Fault } from './config-fault.ts';

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i, 'expected a name of letters, digits, - and _');
export const audience = z.enum(['team', 'public']);

const quotedId =
  "expected an id in quotes, such as '1234567890123456789': a bare number loses digits";
const snowflake = z.string(quotedId).regex(/^\d{17,20}$/, quotedId);

const rules = z.strictObject({
  coolDownSeconds: z.number().min(0).max(86_400).default(0),
  roles: z.array(snowflake).default([]),
  blockedWords: z.array(z.string().trim().min(1)).default([]),
  blockedPeople: z.array(snowflake).default([]),
});

/** What belongs together in it is held by `placeFaults`. */
export const place = z.strictObject({
  slack: z
    .strictObject({
      channel: z.string().regex(/^[CGD][A-Z0-9]+$/, "expected a channel's id, such as C0123ABC"),
    })
    .optional(),
  discord: z
    .strictObject({
      channel: snowflake.optional(),
      guild: snowflake.optional(),
      direct: z.literal(true).optional(),
    })
    .optional(),
  dialog: name.default('default'),
  listen: z.enum(['mention', 'all', 'off']).default('mention'),
  audience: audience.optional(),
  answeredTag: snowflake.optional(),
  rules: rules.optional(),
});

/** Takes any file, so that what does not belong together is told with what has the wrong form. */
const anyFile = z
  .object({ places: z.array(z.record(z.string(), z.unknown()).catch({ slack: undefined })) })
  .catch({ places: [] });
const ids = z.record(z.string(), z.unknown()).catch({});

interface Misplaced {
  readonly steps: readonly string[];
  readonly message: string;
}

/** What an entry for direct messages cannot say: everything said there is a question, nobody has roles, and whoever shares a server with the bot may write. */
const directFaults = (entry: Readonly<Record<string, unknown>>): readonly Misplaced[] => [
  ...(entry['listen'] === 'mention' || entry['listen'] === 'all'
    ? [{ steps: ['listen'], message: 'in direct messages expected off, or nothing' }]
    : []),
  ...('audience' in entry && entry['audience'] !== 'public'
    ? [{ steps: ['audience'], message: 'direct messages are public: anybody may write them' }]
    : []),
  ...('roles' in ids.parse(entry['rules'])
    ? [{ steps: ['rules', 'roles'], message: 'nobody has roles in direct messages' }]
    : []),
];

/** What is said twice, or beside what it does not go with. */
export const placeFaults = (file: unknown): readonly Fault[] => {
  const places = anyFile.parse(file).places.map((entry) => ({
    entry,
    slack: ids.parse(entry['slack']),
    discord: ids.parse(entry['discord']),
  }));
  return places.flatMap(({ entry, slack, discord }, index) => {
    const fault = (steps: readonly string[], message: string): Fault => ({
      path: ['places', index, ...steps],
      message,
    });
    const isAgain = (platform: 'slack' | 'discord', key: string): boolean => {
      const id = { slack, discord }[platform][key];
      const isGiven = typeof id === 'string' || id === true;
      return isGiven && places.findIndex((other) => other[platform][key] === id) < index;
    };
    const isSlack = 'slack' in entry;
    const isDiscord = 'discord' in entry;
    return [
      ...(isSlack === isDiscord ? [fault([], 'expected one of slack and discord')] : []),
      ...(isDiscord && ['channel', 'guild', 'direct'].filter((key) => key in discord).length !== 1
        ? [fault(['discord'], 'expected one of channel, guild and direct')]
        : []),
      ...('direct' in discord ? directFaults(entry) : []).map(({ steps, message }) =>
        fault(steps, message),
      ),
      ...('rules' in entry && !isDiscord
        ? [fault(['rules'], 'there are rules on Discord only')]
        : []),
      ...('answeredTag' in entry && !('channel' in discord)
        ? [fault(['answeredTag'], "expected only beside a forum's discord.channel")]
        : []),
      ...(isAgain('slack', 'channel')
        ? [fault(['slack', 'channel'], 'this channel has an entry')]
        : []),
      ...(isAgain('discord', 'channel')
        ? [fault(['discord', 'channel'], 'this channel has an entry')]
        : []),
      ...(isAgain('discord', 'guild')
        ? [fault(['discord', 'guild'], 'this server has an entry')]
        : []),
      ...(isAgain('discord', 'direct')
        ? [fault(['discord', 'direct'], 'direct messages have an entry')]
        : []),
    ];
  });
};
