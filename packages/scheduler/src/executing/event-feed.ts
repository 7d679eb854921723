/** So many items that have been read are kept at most before they are let go, or as many as have not been read. */
const KEPT_READ = 1_024;

/**
 * Hands items to any number of async iterators. Each gets what is published from the moment it was made; nothing is kept when nobody iterates.
 * What an iterator has not read yet is kept for it, however much that is: it loses nothing, and must read or return.
 */
export class EventFeed<E> {
  readonly #readers = new Set<Reader<E>>();
  #isClosed = false;

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  publish(event: E): void {
    for (const reader of this.#readers) reader.push(event);
  }

  /** Ends every iteration once it has seen everything published. */
  close(): void {
    this.#isClosed = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  read(): AsyncIterator<E, undefined> {
    const reader = new Reader<E>(() => this.#readers.delete(reader));
    if (this.#isClosed) reader.end();
    else this.#readers.add(reader);
    return reader;
  }
}

class Reader<E> implements AsyncIterator<E, undefined> {
  readonly #onReturn: () => void;
  #events: E[] = [];
  #next = 0;
  #waiting: ((result: IteratorResult<E, undefined>) => void)[] = [];
  #hasEnded = false;

  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(event: E): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#events.push(event);
    else waiting({ done: false, value: event });
  }

  end(): void {
    this.#hasEnded = true;
    for (const waiting of this.#waiting) waiting({ done: true, value: undefined });
    this.#waiting = [];
  }

  next(): Promise<IteratorResult<E, undefined>> {
    if (this.#next < this.#events.length) {
      const value = this.#events[this.#next] as E;
      this.#next += 1;
      if (this.#next === this.#events.length) {
        this.#events = [];
        this.#next = 0;
      } else if (this.#next > KEPT_READ && 2 * this.#next > this.#events.length) {
        this.#events = this.#events.slice(this.#next);
        this.#next = 0;
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#hasEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<E, undefined>> {
    this.#onReturn();
    this.#events = [];
    this.#next = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }
}
