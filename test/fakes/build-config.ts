/** A configuration as the program would read it, of a small file and the settings that a test gives. */
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';

const smallFile = `
knowledge: { handbook: { audience: team, sources: [{ folder: ./docs }] } }
dialogs: { default: { knowledge: [handbook] } }
`;

/** @param options.path Where the file lies: its folders are beside it. */
export const buildConfig = (
  env: Readonly<Record<string, string>> = {},
  options: { readonly text?: string; readonly path?: string; readonly sample?: boolean } = {},
): Config => {
  const { text = smallFile, path = '/footnote.yaml', sample = false } = options;
  const result = loadConfig({ env, file: { text, path }, sample });
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.config;
};
