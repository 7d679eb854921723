/** Why a file could not be written, in the words of the system and without its own: `ENOSPC: no space left on device`. Pure. */
export function whyNotWritten(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split(",")[0] ?? message;
}
