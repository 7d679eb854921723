/** A promise that rejects with the reason of `signal` when it aborts; `dispose` lets go of the signal. */
export function rejectOnAbort(signal: AbortSignal): { readonly aborted: Promise<never>; readonly dispose: () => void } {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  aborted.catch(() => undefined);
  return { aborted, dispose: () => signal.removeEventListener("abort", onAbort) };
}
