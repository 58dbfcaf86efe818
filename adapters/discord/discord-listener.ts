/** The listening half of Discord: holds the gateway, and takes in what comes over it and what was missed. */
import type { BotError } from '../../src/domain/errors.ts';
import { createGateway } from './gateway.ts';
import { createGuildView } from './guild-view.ts';
import { createIntake } from './intake.ts';
import type { DiscordListeningDeps } from './listener-deps.ts';
import { createLookBack } from './look-back.ts';
import { createPlaces } from './places.ts';
import { createRules } from './rules.ts';
import { createPacketTaker } from './take-packet.ts';

export interface DiscordListener {
  /**
   * Resolves when it is connected, or after the first try, at most 10 s: while Discord is away it goes on trying behind. Never rejects.
   */
  start(): Promise<void>;
  /** Takes nothing in any more, lets what is in work end (at most 5 s), and says goodbye. What comes then is found by the next look back. */
  stop(): Promise<void>;
  /** Whether every shard has a session that lives. */
  isReady(): boolean;
  /**
   * Resolves when Discord refuses us until somebody changes something, with `config_invalid`: `details.setting` is `DISCORD_TOKEN`, or `details.intent` names what
   * is to be switched on in the developer portal; `details.closeCode` is Discord's. One line in the log says the same. Never otherwise.
   */
  readonly ended: Promise<BotError>;
}

const stopTimeoutMs = 5_000;

/** Costs nothing until `start`. */
export const createDiscordListener = (options: DiscordListeningDeps): DiscordListener => {
  const { behaviour, clock, log } = options;
  const { messageContent } = behaviour;
  const intake = createIntake(options);
  const running = new Set<Promise<void>>();
  let stopping = false;
  const track = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const gateway = createGateway({
    ...options,
    messageContent,
    onPacket(packet) {
      if (!stopping) track(packets.take(packet));
    },
    onJoined(section) {
      if (!stopping) track(lookBack(section));
    },
  });
  const view = createGuildView({ ...options, client: gateway.client });
  const deps = {
    ...options,
    view,
    intake,
    places: createPlaces(options.places),
    rules: createRules(),
  };
  const packets = createPacketTaker(deps);
  const lookBack = createLookBack({ ...deps, ...packets, take: intake.take });

  return {
    async start() {
      if (!messageContent)
        log.warn(
          'discord without the Message Content intent, only mentions, replies that ring, direct messages and commands are read',
        );
      await gateway.start();
    },
    async stop() {
      stopping = true;
      intake.stop();
      const over = new AbortController();
      const drained = Promise.all(running).then(() => over.abort());
      const late = clock.sleep(stopTimeoutMs, { signal: over.signal }).catch(() => undefined);
      await Promise.race([drained, late]);
      if (running.size > 0) log.warn('discord closed too early', { inWork: running.size });
      await gateway.stop();
    },
    isReady: gateway.isReady,
    ended: gateway.ended,
  };
};
