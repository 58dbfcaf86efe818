/** The command `footnote slack manifest`: what a person pastes into Slack to make the app. */
import { stringify } from 'yaml';
import { buildManifest } from '../adapters/slack/manifest.ts';
import { ConfigFaults } from './read-config.ts';

/**
 * Ends with a line break. Without `url`, or with `socket`, events come by Socket Mode. Throws `ConfigFaults` for a URL that Slack would refuse.
 */
export const printManifest = (options: {
  readonly url?: string;
  readonly socket: boolean;
  readonly format: 'yaml' | 'json';
}): string => {
  const publicUrl = options.url === undefined ? undefined : readPublicUrl(options.url);
  const manifest = buildManifest({
    publicUrl,
    socketMode: options.socket || publicUrl === undefined,
  });
  return options.format === 'json' ? `${JSON.stringify(manifest, null, 2)}\n` : stringify(manifest);
};

const readPublicUrl = (given: string): string => {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url?.search === '' && url.hash === '' && url.username === '';
  if (url?.protocol !== 'https:' || !isPlain)
    throw new ConfigFaults(['--url: expected the address that Slack reaches, https://host']);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
};
