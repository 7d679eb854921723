/**
 * A signal that follows another one after a while, for what is still worth doing in a run that is cancelled if it does not take long. Keeps no
 * process alive.
 *
 * @param graceMs - milliseconds between the two
 */
export function abortLater(signal: AbortSignal | undefined, graceMs: number): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  const later = new AbortController();
  const begin = (): void => {
    setTimeout(() => later.abort(signal.reason), graceMs).unref();
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return later.signal;
}
