/** A duration as people say it: `840 ms`, `12.4 s`, `4 min 12 s`, `2 h 5 min`. Rounded, never with a part of 60. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(durationMs / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
