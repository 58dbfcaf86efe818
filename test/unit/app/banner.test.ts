/** Holds that the banner says what is connected, and how to connect what is not. */
import { describe, expect, it } from 'vitest';
import { describeParts } from '../../../app/banner.ts';
import type { Config } from '../../../src/config/config.ts';
import { buildConfig } from '../../fakes/build-config.ts';

const rows = (config: Config, url: string | undefined = 'http://127.0.0.1:3000') =>
  Object.fromEntries(
    describeParts(config, { roles: ['api', 'worker'], url }).map(({ name, state, hint }) => [
      name,
      { state, hint },
    ]),
  );

describe('describeParts', () => {
  it('leads from a start without anything to every part', () => {
    const parts = rows(buildConfig({}, { sample: true }));
    expect(parts['Slack']?.hint).toContain('SLACK_BOT_TOKEN');
    expect(parts['Discord']?.hint).toContain('DISCORD_TOKEN');
    expect(parts['Language model']?.hint).toContain('OPENAI_API_KEY');
    expect(parts['Conversations']?.hint).toContain('MONGODB_URL and REDIS_URL');
    expect(parts['Knowledge']).toEqual({
      state: 'handbook (the sample handbook of a made-up company)',
      hint: expect.stringContaining('footnote.yaml'),
    });
    expect(parts['HTTP API']?.hint).toContain('FOOTNOTE_API_KEYS');
  });

  it('has no hint where nothing is left to do, and shows no secret', () => {
    const text = `knowledge: { handbook: { audience: public, sources: [{ folder: ./docs }] } }
dialogs: { default: { knowledge: [handbook] } }`;
    const env = {
      FOOTNOTE_API_KEYS: 'hush-a-key-of-the-api',
      MONGODB_URL: 'mongodb://footnote:hush@localhost/footnote',
      REDIS_URL: 'redis://:hush@localhost',
      OPENAI_API_KEY: 'hush',
      FOOTNOTE_CHAT_MODEL: 'a-model',
      FOOTNOTE_EMBEDDING_MODEL: 'an-embedding',
      SLACK_BOT_TOKEN: 'xoxb-hush',
      SLACK_SIGNING_SECRET: 'hush',
      DISCORD_TOKEN: 'hush.hush.hush',
    };
    const parts = rows(buildConfig(env, { text }));
    expect(Object.values(parts).map(({ hint }) => hint)).toEqual(Object.keys(parts).map(() => ''));
    expect(parts['Language model']?.state).toBe('a-model');
    expect(parts['Embeddings']?.state).toBe('an-embedding');
    expect(JSON.stringify(parts)).not.toContain('hush');
  });

  it.each([
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'Socket Mode'],
    [{ SLACK_SIGNING_SECRET: 'secret' }, 'events at /slack/events'],
    [
      { SLACK_APP_TOKEN: 'xapp-1', SLACK_SIGNING_SECRET: 'secret' },
      'Socket Mode, events at /slack/events',
    ],
  ])('tells how events come in with %j', (env, state) => {
    expect(rows(buildConfig({ SLACK_BOT_TOKEN: 'xoxb-1', ...env }))['Slack']).toEqual({
      state,
      hint: '',
    });
  });

  it('says what is not read of Discord', () => {
    const env = { DISCORD_TOKEN: 'a.b.c' };
    expect(rows(buildConfig(env))['Discord']).toEqual({
      state: 'by its gateway',
      hint: expect.stringContaining('all knowledge is for the team'),
    });
    const text = 'dialogs: { default: {} }\ndiscord: { messageContent: false }';
    expect(rows(buildConfig(env, { text }))['Discord']?.state).toBe(
      'by its gateway; mentions, replies, direct messages and commands only',
    );
  });

  it('says that a process without a door has none', () => {
    const parts = describeParts(buildConfig(), { roles: ['worker'], url: undefined });
    expect(parts.slice(0, 2)).toEqual([
      { name: 'Roles', state: 'worker', hint: '' },
      { name: 'HTTP API', state: 'not in this process', hint: '' },
    ]);
  });
});
