/** Reads the environment and the configuration file from this machine. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { BotError } from '../src/domain/errors.ts';

/** Every fault of the configuration, for the operator. */
export class ConfigFaults extends BotError {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super('config_invalid', { details: { faults: faults.length } });
    this.faults = faults;
  }
}

/** The folder of package.json, from the sources as well as from `dist`. */
export const packageRoot = (): string => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return folder;
};

/**
 * Takes `.env` of the working folder in, then reads FOOTNOTE_CONFIG. Without that setting and without a `footnote.yaml` the sample handbook stands in.
 * Throws `ConfigFaults`.
 */
export const readConfig = (): Config => {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const named = process.env['FOOTNOTE_CONFIG'];
  const sample = !named && !existsSync('footnote.yaml');
  const filePath = sample
    ? path.join(packageRoot(), 'examples', 'footnote.yaml')
    : path.resolve(named || 'footnote.yaml');
  if (!existsSync(filePath)) throw new ConfigFaults([`FOOTNOTE_CONFIG: there is no file ${named}`]);
  const text = readFileSync(filePath, 'utf8');
  const result = loadConfig({ env: process.env, file: { text, path: filePath }, sample });
  if ('faults' in result) throw new ConfigFaults(result.faults);
  return result.config;
};
