/** Who can read a reply decides what it may rest on. */

/** `team`: members of the team alone. `public`: anybody, also guests and people of other companies. */
export type Audience = 'team' | 'public';

/**
 * Whether a reply for `reader` may use material that is kept for `material`.
 *
 * The team reads everything; the public reads public material only.
 */
export const mayRead = (reader: Audience, material: Audience): boolean =>
  reader === 'team' || material === 'public';
