/** Reads what Slack sends, by HTTP or by Socket Mode, as far as Bolt relies on it: Bolt itself checks nothing and fails on what it did not expect. */
import * as z from 'zod';

/** An event in its envelope. */
export type SlackEventBody = z.infer<typeof eventSchema>;
/** A slash command, or what somebody pressed, chose or sent. */
export type SlackInteractionBody =
  | z.infer<typeof commandSchema>
  | z.infer<typeof interactionSchema>;
/** What is neither: `url_verification`, `app_rate_limited`. */
export type SlackNoticeBody = z.infer<typeof noticeSchema>;
export type SlackBody = SlackEventBody | SlackInteractionBody | SlackNoticeBody;

const id = z.string().nullish();
const bag = z.looseObject({});
const named = z.looseObject({ id, team_id: id, enterprise_id: id });
const idOrBag = z.union([z.string(), bag]);
/** Bolt tells the kinds apart by the keys that they have. */
const absent = z.undefined().optional();

const eventSchema = z.looseObject({
  type: z.string(),
  team_id: id,
  enterprise_id: id,
  authorizations: z.array(named).optional(),
  event: z.looseObject({
    type: z.string(),
    user: idOrBag.optional(),
    channel: idOrBag.optional(),
    item: bag.optional(),
    subteam: bag.optional(),
  }),
});
const commandSchema = z.looseObject({
  command: z.string(),
  team_id: id,
  enterprise_id: id,
  type: absent,
  event: absent,
});
const interactionSchema = z
  .looseObject({
    type: z.string(),
    user: named,
    team: named.optional(),
    enterprise: named.optional(),
    channel: bag.optional(),
    view: z.looseObject({ app_installed_team_id: id, callback_id: id }).optional(),
    actions: z.array(bag).optional(),
    response_urls: z.array(bag).optional(),
    event: absent,
    command: absent,
  })
  .refine(({ type, view }) => !type.startsWith('view_') || view !== undefined);
const noticeSchema = z.looseObject({
  type: z.string(),
  challenge: z.string().optional(),
  event: absent,
  command: absent,
  user: absent,
});
const anyBody = z.union([eventSchema, commandSchema, interactionSchema, noticeSchema]);

/** Undefined for what has none of the shapes. Fields that are null, at the top and in the event, count as absent. */
export const readSlackBody = (value: unknown): SlackBody | undefined => {
  if (!isBag(value)) return undefined;
  const { event, ...rest } = withoutNulls(value);
  const body = { ...rest, ...(event === undefined ? {} : { event: withoutNulls(event) }) };
  return anyBody.safeParse(body).data;
};

/**
 * The same of an HTTP request: JSON, or a form that is a command itself or holds JSON as `payload`.
 *
 * @see https://docs.slack.dev/interactivity/handling-user-interaction#payloads
 */
export const readRequestBody = (
  rawBody: Uint8Array,
  contentType: string | null,
): SlackBody | undefined => {
  const text = Buffer.from(rawBody).toString();
  if (!isForm(contentType)) return readSlackBody(parseJson(text));
  const fields = Object.fromEntries(new URLSearchParams(text));
  const { payload } = fields;
  const body = readSlackBody(payload === undefined ? fields : parseJson(payload));
  return body !== undefined && isInteractionBody(body) ? body : undefined;
};

/** Whether it is an event by its own word, of whatever shape: refused, Slack would send it three times more, and in the end none at all. */
export const claimsEvent = (value: unknown): boolean =>
  isBag(value) && value['type'] === 'event_callback';

/** The same of an HTTP request. */
export const requestClaimsEvent = (rawBody: Uint8Array): boolean =>
  claimsEvent(parseJson(Buffer.from(rawBody).toString()));

export const isForm = (contentType: string | null): boolean =>
  contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true;

export const isEventBody = (body: SlackBody): body is SlackEventBody =>
  'event' in body && body.event !== undefined;

export const isInteractionBody = (body: SlackBody): body is SlackInteractionBody =>
  !isEventBody(body) && (body['command'] !== undefined || body['user'] !== undefined);

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutNulls = <Value>(value: Value): Value | Record<string, unknown> =>
  isBag(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null))
    : value;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse says only that it is no JSON, and quotes the text.
    return undefined;
  }
};
