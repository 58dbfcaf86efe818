/** The sessions that stand or may still be resumed. */
import type { FakeClock } from '../../http/clock.ts';
import type { Dispatch } from './dispatches.ts';
import { type Connection, hears, type Session, tell } from './session.ts';

export interface SeenSession {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  readonly isConnected: boolean;
  /** How many events it was told, heard or not. */
  readonly sequence: number;
  /** How often it was resumed. */
  readonly resumes: number;
}

export interface SessionStore {
  add(session: Session): void;
  /** Undefined also when its time to be resumed is over. */
  find(id: unknown): Session | undefined;
  forget(session: Session): void;
  /** Its connection is gone. */
  leave(connection: Connection): void;
  tellAll(dispatch: Dispatch): void;
  seen(): readonly SeenSession[];
}

export const createSessionStore = ({
  clock,
  resumeWindowMs = 3 * 60_000,
}: {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly resumeWindowMs?: number | undefined;
}): SessionStore => {
  const sessions = new Set<Session>();
  const alive = () =>
    [...sessions].filter(
      ({ connection, lostAtMs = 0 }) => connection || clock.now() - lostAtMs < resumeWindowMs,
    );

  return {
    add: (session) => void sessions.add(session),
    find: (id) => alive().find((each) => each.id === id),
    forget(session) {
      sessions.delete(session);
      if (session.connection) session.connection.session = undefined;
    },
    leave(connection) {
      const { session } = connection;
      if (session?.connection !== connection) return;
      session.connection = undefined;
      session.lostAtMs = clock.now();
    },
    tellAll(dispatch) {
      for (const session of alive()) if (hears(session, dispatch)) tell(session, dispatch);
    },
    seen: () =>
      alive().map(({ id, intents, shard, connection, sequence, resumes }) => ({
        ...{ id, intents, shard, isConnected: connection !== undefined, sequence, resumes },
      })),
  };
};
