/**
 * views.open, views.update, views.publish.
 * @see https://docs.slack.dev/reference/methods/views.open
 * @see https://docs.slack.dev/reference/methods/views.update
 * @see https://docs.slack.dev/reference/methods/views.publish
 */
import { findViewFaults, maxViewBytes, type View } from '../view-rules.ts';
import type { OpenView } from '../view-store.ts';
import {
  type Arguments,
  jsonArgument,
  type MethodContext,
  requiredText,
  SlackRefusal,
  textArgument,
  type WebApiMethod,
} from './web-api-method.ts';

export const openView: WebApiMethod = {
  acceptsJson: true,
  required: ['view', 'trigger_id'],
  call({ workspace, state, views, args }) {
    const view = readView(args, 'modal');
    const { id, enterpriseId } = workspace;
    const sisters = state.isOrgWide(workspace)
      ? state.workspaces().filter((each) => each.enterpriseId === enterpriseId)
      : [];
    const teamIds = [id, ...sisters.map((each) => each.id)];
    const opened = views.openModal(requiredText(args, 'trigger_id'), { teamIds, view });
    return { view: viewJson(opened) };
  },
};

export const updateView: WebApiMethod = {
  acceptsJson: true,
  required: ['view', 'view_id'],
  call({ views, args }) {
    const view = readView(args, 'modal');
    const hash = textArgument(args, 'hash');
    return { view: viewJson(views.update(requiredText(args, 'view_id'), { view, hash })) };
  },
};

export const publishView: WebApiMethod = {
  acceptsJson: true,
  required: ['view', 'user_id'],
  call(context: MethodContext) {
    const { workspace, views, args } = context;
    const user = requiredText(args, 'user_id');
    if (!workspace.users.has(user)) throw new SlackRefusal('invalid_arguments');
    const view = readView(args, 'home');
    const hash = textArgument(args, 'hash') ?? '';
    return { view: viewJson(views.publishHome({ teamId: workspace.id, user, view, hash })) };
  },
};

/** As Slack gives a view back. */
export function viewJson({ id, teamId, view, hash }: OpenView): Record<string, unknown> {
  return {
    ...{ private_metadata: '', callback_id: '', external_id: '', close: null, submit: null },
    ...{ clear_on_close: false, notify_on_close: false, previous_view_id: null },
    ...view,
    ...{ id, team_id: teamId, root_view_id: id, app_installed_team_id: teamId, hash },
  };
}

function readView(args: Arguments, type: View['type']): View {
  const view = jsonArgument(args, 'view', 'invalid_arguments');
  if (Buffer.byteLength(JSON.stringify(view)) > maxViewBytes)
    throw new SlackRefusal('view_too_large');
  const faults = findViewFaults(view, type);
  if (faults.length > 0) throw new SlackRefusal('invalid_arguments', faults);
  return view as View;
}
