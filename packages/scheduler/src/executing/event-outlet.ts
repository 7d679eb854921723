import { EventFeed } from "./event-feed.ts";
import type { Settings } from "./execute-options.ts";
import { isThenable } from "./is-thenable.ts";
import type { ExecutionEvent } from "./outcome.ts";

/** Tells listeners and iterators what happens. Nothing that they do, throw or answer later reaches the execution. */
export class EventOutlet<Id extends string, T> {
  readonly #settings: Pick<Settings<Id, T>, "onEvent" | "onListenerError">;
  readonly #feed = new EventFeed<ExecutionEvent<Id, T>>();

  constructor(settings: Pick<Settings<Id, T>, "onEvent" | "onListenerError">) {
    this.#settings = settings;
  }

  /** Whether anybody listens. Making an event costs more than most of what it tells, so it is made only then. */
  get isHeard(): boolean {
    return this.#settings.onEvent !== undefined || this.#feed.hasReaders;
  }

  emit(event: ExecutionEvent<Id, T>): void {
    if (this.#feed.hasReaders) this.#feed.publish(event);
    const { onEvent } = this.#settings;
    if (onEvent === undefined) return;
    try {
      const answer: unknown = onEvent(event);
      // An asynchronous listener that rejects is one that throws, later.
      if (isThenable(answer)) Promise.resolve(answer).then(undefined, (error: unknown) => this.tellError(error));
    } catch (error) {
      this.tellError(error);
    }
  }

  /** Hands what a listener or a timer threw to the hook for errors. */
  tellError(error: unknown): void {
    try {
      ignoreRejection(this.#settings.onListenerError?.(error));
    } catch {
      // The hook for errors failed as well; nobody is left to tell, and the run must go on.
    }
  }

  read(): AsyncIterator<ExecutionEvent<Id, T>, undefined> {
    return this.#feed.read();
  }

  /** Ends every iteration once it has seen everything. */
  close(): void {
    this.#feed.close();
  }
}

function ignoreRejection(answer: unknown): void {
  if (isThenable(answer)) Promise.resolve(answer).then(undefined, () => {});
}
