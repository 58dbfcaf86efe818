/** Holds the manifest to the code in both directions: what the sources listen to and call is asked for, and nothing else; and to the limits of Slack's schema. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { askAboutCallbackId, askCommand } from '../../../../adapters/slack/action-ids.ts';
import { buildManifest } from '../../../../adapters/slack/manifest.ts';
import { botScopes, permissions, purposesOf } from '../../../../adapters/slack/permissions.ts';
import { printManifest } from '../../../../app/slack-manifest.ts';

const folder = path.resolve(import.meta.dirname, '../../../../adapters/slack');
const sources = readdirSync(folder)
  .filter((name) => name !== 'permissions.ts')
  .map((name) => readFileSync(path.join(folder, name), 'utf8'))
  .join('\n');
/** Comments name methods that are not called. */
const code = sources.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

/** Bytes to and from addresses that Slack gave us: called like methods in an error, and none. */
const transfers = new Set(['files.download', 'files.upload']);

const unique = (values: Iterable<string>): readonly string[] => [...new Set(values)].toSorted();
const found = (pattern: RegExp): readonly string[] =>
  unique([...code.matchAll(pattern)].map((match) => match[1] ?? ''));
const named = (kind: string): readonly string[] =>
  unique(permissions.flatMap((one) => (one.kind === kind ? [one.name] : [])));

const families =
  'apps|assistant|auth|bots|chat|conversations|files|oauth|pins|reactions|team|usergroups|users|views';
const url = 'https://bot.example.com';

describe('the permissions', () => {
  it('name every method that is called, and no other', () => {
    const called = found(new RegExp(`'((?:${families})(?:\\.\\w+)+)'`, 'g'));
    expect(called.filter((name) => !transfers.has(name))).toEqual(named('method'));
  });

  it('name every event that is listened to, and no other', () => {
    const kinds = unique(named('event').map((name) => name.split('.')[0] ?? ''));
    expect(found(/\bapp\.event\(\s*'(\w+)'/g)).toEqual(kinds);
  });

  it('name the kinds of interaction that are listened to', () => {
    const { features, settings } = buildManifest({ publicUrl: url, socketMode: false });
    const listened = found(/\bapp\.(command|shortcut)\(/g);
    const asked = named('feature').map((one) => (one === 'shortcuts' ? 'shortcut' : 'command'));
    expect(listened).toEqual(unique(asked));
    expect(features?.slash_commands?.map(({ command }) => command)).toEqual([askCommand]);
    expect(features?.shortcuts?.map((one) => one.callback_id)).toEqual([askAboutCallbackId]);
    expect(found(/\bapp\.(action|view)\(/g).length > 0).toBe(settings?.interactivity?.is_enabled);
  });

  it('listen to the App Home exactly where its tab is shown', () => {
    const { app_home: home } = buildManifest({ publicUrl: url, socketMode: false }).features ?? {};
    expect(named('event').includes('app_home_opened')).toBe(home?.home_tab_enabled);
    expect(named('method').includes('views.publish')).toBe(home?.home_tab_enabled);
  });

  it('are listed once each, and tell what every scope is for', () => {
    const names = permissions.map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toEqual(unique(names));
    for (const scope of botScopes) expect(purposesOf(scope)).not.toEqual([]);
    expect(purposesOf('admin')).toEqual([]);
  });
});

describe('the manifest', () => {
  it('asks for the scopes that the permissions need', () => {
    const { oauth_config } = buildManifest({ publicUrl: undefined, socketMode: true });
    expect(oauth_config?.scopes).toEqual({ bot: botScopes });
  });

  it('names no address for Socket Mode', () => {
    expect(JSON.stringify(buildManifest({ publicUrl: undefined, socketMode: true }))).not.toMatch(
      /http|url/,
    );
  });

  it('leads events, the command and interactions to one path, and OAuth to another', () => {
    expect(buildManifest({ publicUrl: url, socketMode: false })).toMatchObject({
      features: { slash_commands: [{ url: `${url}/slack/events` }] },
      oauth_config: { redirect_urls: [`${url}/slack/oauth_redirect`] },
      settings: {
        event_subscriptions: { request_url: `${url}/slack/events` },
        interactivity: { is_enabled: true, request_url: `${url}/slack/events` },
        socket_mode_enabled: false,
      },
    });
  });

  it('keeps to the lengths that Slack takes', () => {
    const { display_information: shown, features } = buildManifest({
      publicUrl: url,
      socketMode: false,
    });
    const limits: readonly (readonly [string | undefined, number])[] = [
      [shown.name, 35],
      [shown.description, 140],
      [features?.bot_user?.display_name, 80],
      ...(features?.shortcuts ?? []).flatMap(
        (one) =>
          [
            [one.name, 24],
            [one.description, 150],
            [one.callback_id, 255],
          ] as const,
      ),
      ...(features?.slash_commands ?? []).flatMap(
        (one) =>
          [
            [one.command, 32],
            [one.description, 2_000],
            [one.usage_hint, 1_000],
          ] as const,
      ),
    ];
    for (const [text, max] of limits) {
      expect(text?.length).toBeGreaterThan(0);
      expect(text?.length).toBeLessThanOrEqual(max);
    }
  });
});

describe('footnote slack manifest', () => {
  test('prints the same in YAML and in JSON', () => {
    const options = { url: `${url}/`, socket: false } as const;
    const manifest = buildManifest({ publicUrl: url, socketMode: false });
    expect(parse(printManifest({ ...options, format: 'yaml' }))).toEqual(manifest);
    expect(JSON.parse(printManifest({ ...options, format: 'json' }))).toEqual(manifest);
  });

  test('is for Socket Mode without a URL, and with one when asked', () => {
    const read = (options: { readonly url?: string; readonly socket: boolean }) =>
      parse(printManifest({ ...options, format: 'yaml' }));
    expect(read({ socket: false }).settings.socket_mode_enabled).toBe(true);
    expect(read({ url, socket: true })).toMatchObject({
      oauth_config: { redirect_urls: [`${url}/slack/oauth_redirect`] },
      settings: { socket_mode_enabled: true },
    });
  });

  test('keeps a path below which the server is reached', () => {
    const text = printManifest({ url: `${url}/bots/footnote/`, socket: false, format: 'yaml' });
    expect(text).toContain(`${url}/bots/footnote/slack/events`);
  });

  test.each([
    'bot.example.com',
    'http://bot.example.com',
    `${url}/?a=1`,
    'https://a:b@c.example',
  ])('refuses %s', (given) => {
    expect(() => printManifest({ url: given, socket: false, format: 'yaml' })).toThrow(
      'config_invalid',
    );
  });
});
