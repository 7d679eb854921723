import type { ProcessIdentity } from "./process-identity.ts";

/** How often the owner of a lock shows that it is alive, in milliseconds. */
export const HEARTBEAT_MS = 5000;
/** After how long without a sign of life an owner counts as gone, in milliseconds. */
export const SILENCE_LIMIT_MS = 30_000;

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  /** Drawn for each lock: two locks of one process are told apart. */
  readonly token: string;
}

/** What one look at a lock showed. */
export interface LockSighting {
  /** Who holds it; `undefined` when the file is empty or damaged. */
  readonly owner: LockOwner | undefined;
  /** How long ago its last heartbeat was by this machine's clock; negative when the clocks differ. */
  readonly silentMs: number;
  /** For how long the observer has seen the very same lock and heartbeat; needs no clock. */
  readonly unchangedMs: number;
}

/** Where the observer stands. */
export interface LockObserver {
  readonly machine: string;
  /** Whether a process of this machine runs. */
  readonly isRunning: (pid: number, start: string | undefined) => boolean;
}

const MAX_PID = 2 ** 31 - 1;

/** The bytes of a lock file. */
export function encodeLockOwner({ pid, start, machine, token }: LockOwner): string {
  return `${JSON.stringify({ pid, start, machine, token })}\n`;
}

/** The owner that a lock file names, or `undefined` when its text is cut or of another shape. Never throws. */
export function parseLockOwner(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, start, machine, token } = value as Partial<Record<keyof LockOwner, unknown>>;
    if (typeof pid !== "number" || !Number.isInteger(pid) || pid < 1 || pid > MAX_PID) return undefined;
    if (typeof machine !== "string" || typeof token !== "string" || token === "") return undefined;
    if (start !== undefined && typeof start !== "string") return undefined;
    return { pid, start, machine, token };
  } catch {
    return undefined;
  }
}

/**
 * Whether nobody holds the lock any more: its process of this machine is gone or has been followed by another of the same
 * number; or it is of another machine, or damaged, and silent for `silenceLimitMs`; or it showed no sign of life for
 * {@link SILENCE_LIMIT_MS} while it was watched, whatever the clocks say.
 */
export function isOwnerGone(sighting: LockSighting, observer: LockObserver, silenceLimitMs: number): boolean {
  const { owner, silentMs, unchangedMs } = sighting;
  if (unchangedMs >= SILENCE_LIMIT_MS) return true;
  if (owner === undefined || owner.machine !== observer.machine) return silentMs >= silenceLimitMs;
  return !observer.isRunning(owner.pid, owner.start);
}
