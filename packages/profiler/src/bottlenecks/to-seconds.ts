/** Milliseconds as seconds with one decimal, for texts. */
export function toSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
