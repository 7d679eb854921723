// One listener a signal: a run hands one signal to hundreds of calls, and Node warns of a leak after ten listeners.
const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `listener` once when `signal` aborts, unless the returned function is called before. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    const added = new Set<() => void>();
    const tell = (): void => {
      listenersOf.delete(signal);
      for (const each of added) each();
    };
    signal.addEventListener("abort", tell, { once: true });
    listenersOf.set(signal, added);
    listeners = added;
  }
  // A function of its own, so that one listener given twice is called twice.
  const entry = (): void => listener();
  listeners.add(entry);
  return () => listeners.delete(entry);
}
