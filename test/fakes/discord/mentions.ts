/**
 * Who a message calls, after `allowed_mentions`. What stands in code calls nobody.
 *
 * Whether its author may call everyone, or a role, is not looked at: the worst case is assumed.
 * @see https://discord.com/developers/docs/resources/message#allowed-mentions-object
 */
import { invalidForm, notAChoice } from './refusal.ts';
import type { Json, Mentions } from './world.ts';

export interface AllowedMentions {
  readonly users: 'all' | readonly string[];
  readonly roles: 'all' | readonly string[];
  readonly everyone: boolean;
  readonly repliedUser: boolean;
}

/** For messages of people, and of the bot when it names nothing. */
export const allMentions: AllowedMentions = {
  ...{ users: 'all', roles: 'all', everyone: true, repliedUser: true },
};

/** For webhooks and responses to interactions that name nothing. */
export const usersOnly: AllowedMentions = { ...allMentions, roles: [], everyone: false };

const kinds = ['users', 'roles', 'everyone'];

/** Throws 50035. */
export const readAllowedMentions = (value: unknown, absent: AllowedMentions): AllowedMentions => {
  if (value === undefined || value === null) return absent;
  const { parse = [], users = [], roles = [], replied_user = false } = value as Json;
  const parsed = parse as readonly string[];
  if (parsed.some((each) => !kinds.includes(each)))
    throw notAChoice('allowed_mentions.parse.0', kinds);
  const named = { users: users as readonly string[], roles: roles as readonly string[] };
  for (const kind of ['users', 'roles'] as const) {
    if (parsed.includes(kind) && named[kind].length > 0)
      throw invalidForm('allowed_mentions', {
        code: 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      });
    if (named[kind].length > 100)
      throw invalidForm(`allowed_mentions.${kind}`, {
        ...{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 100 or fewer in length.' },
      });
  }
  return {
    users: parsed.includes('users') ? 'all' : named.users,
    roles: parsed.includes('roles') ? 'all' : named.roles,
    everyone: parsed.includes('everyone'),
    repliedUser: replied_user === true,
  };
};

export const mentionsIn = (
  content: string,
  {
    allowed,
    isUser,
    isRole,
    repliedTo,
  }: {
    readonly allowed: AllowedMentions;
    readonly isUser: (id: string) => boolean;
    readonly isRole: (id: string) => boolean;
    /** The author of the message that this one replies to. */
    readonly repliedTo?: string | undefined;
  },
): Mentions => {
  const spoken = content.replace(code, '');
  const found = (pattern: RegExp) => [...spoken.matchAll(pattern)].map(([, id]) => String(id));
  const permits = (rule: 'all' | readonly string[]) => (id: string) =>
    rule === 'all' || rule.includes(id);
  const users = found(/<@!?(\d{17,20})>/g)
    .filter(isUser)
    .filter(permits(allowed.users));
  if (repliedTo !== undefined && allowed.repliedUser) users.push(repliedTo);
  return {
    users: [...new Set(users)],
    roles: [
      ...new Set(
        found(/<@&(\d{17,20})>/g)
          .filter(isRole)
          .filter(permits(allowed.roles)),
      ),
    ],
    everyone: allowed.everyone && /@(everyone|here)\b/.test(spoken),
  };
};

/** As they would be typed. */
export const pingsOf = ({ users, roles, everyone }: Mentions): readonly string[] => [
  ...users.map((id) => `<@${id}>`),
  ...roles.map((id) => `<@&${id}>`),
  ...(everyone ? ['@everyone'] : []),
];

const code = /```[\s\S]*?(?:```|$)|(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g;
