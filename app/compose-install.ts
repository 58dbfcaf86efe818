/** Wires what workspaces need to install the app themselves. */
import { createInstallRoutes } from '../adapters/slack/install-routes.ts';
import { createInstallState } from '../adapters/slack/install-state.ts';
import { createSlackInstallations } from '../adapters/slack/installations.ts';
import { createMethodLimits } from '../adapters/slack/method-limits.ts';
import { createSlackCall, type SlackCall } from '../adapters/slack/slack-call.ts';
import { createSlackClient, type SlackClientSettings } from '../adapters/slack/slack-client.ts';
import { createSecretBox } from '../src/drivers/system/secret-box.ts';
import type { InstallationStore } from '../src/ports/installation-store.ts';
import type { Base } from './compose.ts';
import { silentLog } from './quiet.ts';

/** Undefined without OAuth in the configuration. */
export const composeInstall = (
  { config, clock, metrics, log }: Base,
  options: {
    readonly installationStore: InstallationStore | undefined;
    readonly settings: Omit<SlackClientSettings, 'botToken'>;
  },
) => {
  const { installationStore: store, settings } = options;
  const oauth = config.slack?.oauth;
  if (oauth === undefined || store === undefined) return undefined;
  const box = createSecretBox({ keys: config.secretKeys });
  // What such a call fails with is told by whoever makes it.
  const callWith = (botToken: string | undefined): SlackCall =>
    createSlackCall({
      client: createSlackClient({ ...settings, botToken }),
      limits: createMethodLimits(clock),
      metrics,
      log: silentLog,
    });
  const installations = createSlackInstallations({
    ...{ store, box, callWith, clock, log },
    allowed: oauth.workspaces,
  });
  const routes = createInstallRoutes({
    ...{ installations, callWith, log },
    settings: { ...oauth, apiUrl: settings.apiUrl },
    state: createInstallState({ box, store, now: clock.now }),
  });
  return { installations, routes };
};
