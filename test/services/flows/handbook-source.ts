/** Follows a footnote's link into the sample handbook, as a reader would. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import GithubSlugger from 'github-slugger';

const handbook = path.resolve(import.meta.dirname, '../../../examples/handbook');
/** The `link` template of examples/footnote.yaml. */
const link = /^https:\/\/handbook\.kelvarra\.example\/([\w/.-]+)#([\w-]+)$/;

/** The section below the heading that the link's anchor names, its subsections included. Throws when there is no such page or heading. */
export const sectionBehind = (url: string): string => {
  const [, page, anchor] = link.exec(url) ?? [];
  if (page === undefined || anchor === undefined) {
    throw new Error(`no link into the handbook: ${url}`);
  }
  const slugger = new GithubSlugger();
  const sections = readFileSync(path.join(handbook, page), 'utf8')
    .split(/^(?=#{1,6} )/m)
    .map((text) => {
      const [, marks = '', heading = ''] = /^(#{1,6}) (.+)$/m.exec(text) ?? [];
      return { text, level: marks.length, anchor: slugger.slug(heading) };
    });
  const start = sections.findIndex((section) => section.anchor === anchor);
  const top = sections[start];
  if (top === undefined) throw new Error(`${page} has no heading ${anchor}`);
  const rest = sections.slice(start + 1);
  const end = rest.findIndex(({ level }) => level <= top.level);
  return [top, ...(end < 0 ? rest : rest.slice(0, end))].map(({ text }) => text).join('');
};
