/** Passes on each message the first time only. What `tell` throws is dropped: it is told of losses, and must not add to them. */
export function onceEach(tell: ((message: string) => void) | undefined): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    try {
      tell?.(message);
    } catch {
      // See above.
    }
  };
}
