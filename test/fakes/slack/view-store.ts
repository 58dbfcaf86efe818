/**
 * Triggers, open modals and Homes of a workspace's people.
 *
 * A trigger is good for 3 s and for one view.
 * @see https://docs.slack.dev/surfaces/modals#opening_modals
 * @see https://docs.slack.dev/reference/methods/views.publish
 */
import type { FakeSlackClock } from './clock.ts';
import type { View } from './view-rules.ts';
import { SlackRefusal } from './web-api/web-api-method.ts';

const triggerLifeMs = 3_000;

export interface OpenView {
  readonly id: string;
  readonly teamId: string;
  /** Who sees it. */
  readonly user: string;
  readonly view: View;
  /** Grows with every change; an update that names another one is refused. */
  readonly hash: string;
}

export interface ViewStore {
  /** For a gesture of the person. */
  newTrigger(where: { readonly teamId: string; readonly user: string }): string;
  /** `teamIds` of the workspaces that the token is good for. Throws SlackRefusal. */
  openModal(
    triggerId: string,
    opened: { readonly teamIds: readonly string[]; readonly view: View },
  ): OpenView;
  /** Throws SlackRefusal. */
  update(id: string, change: { readonly view: View; readonly hash?: string | undefined }): OpenView;
  /** Throws SlackRefusal. */
  publishHome(home: Omit<OpenView, 'id'> & { readonly hash?: string }): OpenView;
  close(id: string): void;
  /** The modal that the person sees: the newest. */
  modalOf(user: string): OpenView | undefined;
  homeOf(user: string): OpenView | undefined;
}

export function createViewStore({
  clock,
  onChange,
}: {
  readonly clock: FakeSlackClock;
  readonly onChange: () => void;
}): ViewStore {
  const triggers = new Map<
    string,
    { readonly teamId: string; readonly user: string; readonly atMs: number; used: boolean }
  >();
  const modals = new Map<string, OpenView>();
  const homes = new Map<string, OpenView>();
  let last = 0;

  function next(prefix: string): string {
    last += 1;
    return `${prefix}${String(last).padStart(8, '0')}`;
  }

  function put(views: Map<string, OpenView>, key: string, view: Omit<OpenView, 'hash'>): OpenView {
    const stored = { ...view, hash: next('hash.') };
    views.set(key, stored);
    onChange();
    return stored;
  }

  return {
    newTrigger(where) {
      const id = next('1234567890.123.trigger');
      triggers.set(id, { ...where, atMs: clock.now(), used: false });
      return id;
    },
    openModal(triggerId, { teamIds, view }) {
      const trigger = triggers.get(triggerId);
      if (!trigger || !teamIds.includes(trigger.teamId))
        throw new SlackRefusal('invalid_trigger_id');
      if (trigger.used) throw new SlackRefusal('exchanged_trigger_id');
      if (clock.now() - trigger.atMs > triggerLifeMs) throw new SlackRefusal('expired_trigger_id');
      trigger.used = true;
      const id = next('V0');
      return put(modals, id, { id, teamId: trigger.teamId, user: trigger.user, view });
    },
    update(id, { view, hash }) {
      const standing = modals.get(id);
      if (!standing) throw new SlackRefusal('not_found');
      if (hash !== undefined && hash !== standing.hash) throw new SlackRefusal('hash_conflict');
      return put(modals, id, { ...standing, view });
    },
    publishHome({ teamId, user, view, hash }) {
      const standing = homes.get(user);
      if (hash && standing && hash !== standing.hash) throw new SlackRefusal('hash_conflict');
      return put(homes, user, { id: standing?.id ?? next('V0'), teamId, user, view });
    },
    close(id) {
      modals.delete(id);
      onChange();
    },
    modalOf: (user) => [...modals.values()].findLast((each) => each.user === user),
    homeOf: (user) => homes.get(user),
  };
}
