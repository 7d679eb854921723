/** A clock that stands still where `now` goes back, or gives no number. */
export function neverBack(now: () => number): () => number {
  let latest = -Infinity;
  return () => {
    const reading = now();
    if (reading > latest) latest = reading;
    return latest === -Infinity ? 0 : latest;
  };
}
