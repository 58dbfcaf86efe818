/** Shows a person who opens the app's Home what it is, how to ask, and what it knows. */
import * as z from 'zod';
import type { Audience } from '../../src/domain/audience.ts';
import { mayRead } from '../../src/domain/audience.ts';
import { toBotError } from '../../src/domain/errors.ts';
import { askCommand } from './action-ids.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { escapeText } from './neutralise.ts';
import { slackId } from './slack-ids.ts';
import type { SlackView } from './views.ts';
import { workspaceOf } from './workspace-of.ts';

/** How long a Home that stands is taken to be as we left it. */
const ttlMs = 60 * 60_000;
const maxEntries = 10_000;
/** A section holds 3,000 characters. */
const maxKnowledgeChars = 2_500;

const eventSchema = z.object({
  event: z.object({ type: z.literal('app_home_opened'), user: slackId, tab: z.string().nullish() }),
});

/**
 * Resolves when the Home is published, or need not be: it is the same as within the last hour. Never rejects; a Home that could not be shown is shown at the
 * next opening. Two openings at once publish the same, so the later one does no harm.
 *
 * @see https://docs.slack.dev/reference/events/app_home_opened
 * @see https://docs.slack.dev/reference/methods/views.publish
 */
export const createShowAppHome = (deps: ListenerDeps): ((body: unknown) => Promise<void>) => {
  const { workspaces, audienceOf, log, clock } = deps;
  const homes = createExpiringCache<Home>({ clock, ttlMs, maxEntries });

  return async (body) => {
    const parsed = eventSchema.safeParse(body);
    const workspace = workspaceOf(body);
    if (!parsed.success || workspace === undefined) {
      log.warn('slack event of an unknown shape');
      return;
    }
    const { user, tab } = parsed.data.event;
    if (tab !== 'home') return;
    const { team } = workspace;
    const asked = { ...workspace, user, channel: user, isDirect: true, isExternal: false };
    try {
      const view = homeView(await knowledgeFor(deps, await audienceOf(asked)));
      const home = await homes.get(`${team} ${user}`, async () => ({}));
      const { call } = workspaces.of(workspace);
      await show(home, JSON.stringify(view), () =>
        call('views.publish', { user_id: user, view }, { answer: z.unknown() }),
      );
    } catch (error) {
      log.warn('slack home not shown', { user, code: toBotError(error).code });
    }
  };
};

/** What stands in one person's Home. */
interface Home {
  last?: { readonly view: string; readonly published: Promise<unknown> };
}

const show = (home: Home, view: string, publish: () => Promise<unknown>): Promise<unknown> => {
  if (home.last?.view === view) return home.last.published;
  const last = { view, published: publish() };
  home.last = last;
  last.published.catch(() => {
    if (home.last === last) delete home.last;
  });
  return last.published;
};

/** The names of what answers for this audience may rest on, each once, in the order of the configuration. */
const knowledgeFor = async (
  { dialogs }: Pick<ListenerDeps, 'dialogs'>,
  audience: Audience,
): Promise<readonly string[]> => {
  const all = await dialogs.listDialogs();
  const bases = await Promise.all(all.map((dialog) => dialogs.listKnowledgeBases(dialog)));
  const readable = bases.flat().filter((base) => mayRead(audience, base.audience));
  return [...new Set(readable.map(({ id }) => id))];
};

const homeView = (knowledge: readonly string[]): SlackView => ({
  type: 'home',
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: 'Footnote' } },
    section(
      'I answer questions from your team’s own documents. Every claim carries a footnote that leads to its source.',
    ),
    { type: 'divider' },
    section(
      [
        '*How to ask*',
        '•  Mention me in a channel that I am a member of, with the question in the same message.',
        '•  Write to me in the *Messages* tab.',
        `•  \`${askCommand} How do I …?\` in any channel.`,
        '•  _Ask Footnote about this_ in the menu of a message.',
      ].join('\n'),
    ),
    section('In a thread that I answered in, go on without mentioning me.'),
    { type: 'divider' },
    section(`*What I know*\n${knowledgeText(knowledge)}`),
    {
      type: 'context',
      elements: [
        {
          type: 'mrkdwn',
          text: 'Answers are written by AI from these documents and can be wrong: look at the sources.',
        },
      ],
    },
  ],
});

const knowledgeText = (knowledge: readonly string[]): string => {
  if (knowledge.length === 0) return 'There is nothing yet that you may read.';
  const lines = knowledge.map((name) => `•  ${escapeText(name)}`);
  let lengthChars = 0;
  const shown = lines.filter((line) => {
    lengthChars += line.length + 1;
    return lengthChars <= maxKnowledgeChars;
  });
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
};

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
