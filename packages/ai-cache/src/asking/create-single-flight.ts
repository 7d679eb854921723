import { onAbort } from "./on-abort.ts";

interface Flight<Member, T> {
  readonly controller: AbortController;
  readonly members: Set<Member>;
  readonly outcome: Promise<T>;
}

/** One caller's place in a flight. */
export interface Boarding<T> {
  /** Whether this caller started the work; the others wait for the same outcome. */
  readonly isLeader: boolean;
  /** The shared outcome, or the caller's own abort. */
  readonly outcome: Promise<T>;
}

/** Runs at most one piece of work a key at a time. */
export interface SingleFlight<Member, T> {
  /**
   * Joins the work under way for `key`, or starts it. The work's signal aborts only when every caller has aborted; an
   * abort rejects the one caller, leader or not. `start` sees the members still aboard whenever it looks.
   */
  join(
    key: string,
    member: Member,
    start: (signal: AbortSignal, members: ReadonlySet<Member>) => Promise<T>,
    signal?: AbortSignal,
  ): Boarding<T>;
}

/** Shares the outcome of work between callers that ask for the same key at the same time, within this process. */
export function createSingleFlight<Member extends object, T>(): SingleFlight<Member, T> {
  const flights = new Map<string, Flight<Member, T>>();

  function take(key: string, flight: Flight<Member, T>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  return {
    join(key, member, start, signal): Boarding<T> {
      let flight = flights.get(key);
      const isLeader = flight === undefined;
      if (flight === undefined) {
        const controller = new AbortController();
        const members = new Set<Member>([member]);
        // Not before the flight is on the map, lest work that fails at once should stay there.
        const work = Promise.resolve().then(() => start(controller.signal, members));
        const begun: Flight<Member, T> = { controller, members, outcome: work.finally(() => take(key, begun)) };
        flight = begun;
        flights.set(key, begun);
      } else {
        flight.members.add(member);
      }
      const aboard = flight;
      const outcome = new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          aboard.members.delete(member);
          reject(signal?.reason as Error);
          if (aboard.members.size > 0) return;
          take(key, aboard);
          aboard.controller.abort(signal?.reason);
        };
        const arrive = signal === undefined ? undefined : onAbort(signal, leave);
        aboard.outcome.then(resolve, reject).finally(arrive);
      });
      return { isLeader, outcome };
    },
  };
}
