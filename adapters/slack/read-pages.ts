/** Reads a list that Slack gives out in pages, up to a bound. */
import * as z from 'zod';
import type { SlackCall } from './slack-call.ts';

/** Slack's own client names 999 as the most; a page may be shorter without being the last. */
export const pageSize = 999;

const nextSchema = z.object({
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/**
 * What each page holds, first page first. `isWhole` is false when there is more behind `maxPages`. Throws what the call throws: a page that fails takes the
 * others with it. One call a page, one after the other.
 *
 * @see https://docs.slack.dev/apis/web-api/pagination
 */
export const readPages = async <Page>(
  call: SlackCall,
  method: string,
  options: {
    readonly args: Readonly<Record<string, unknown>>;
    readonly answer: z.ZodType<Page>;
    readonly maxPages: number;
  },
): Promise<{ readonly pages: readonly Page[]; readonly isWhole: boolean }> => {
  const answer = z.intersection(options.answer, nextSchema);
  const pages: Page[] = [];
  let cursor = '';
  do {
    const from = cursor === '' ? {} : { cursor };
    const page = await call(method, { ...options.args, limit: pageSize, ...from }, { answer });
    pages.push(page);
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '' && pages.length < options.maxPages);
  return { pages, isWhole: cursor === '' };
};
