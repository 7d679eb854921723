/** A clock that stands still where `now` goes back, or gives no finite number. */
export function neverBack(now: () => number): () => number {
  let latest: number | undefined;
  return () => {
    const reading = now();
    if (Number.isFinite(reading)) latest = Math.max(latest ?? reading, reading);
    latest ??= 0;
    return latest;
  };
}
