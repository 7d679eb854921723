/** What one look tells of one process. Times are milliseconds of CPU, sizes bytes. */
export interface ProcessSample {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** When the process began, in units of the source; tells it from a later one with the same id. */
  readonly startedAt: number;
  /** CPU time of the process itself, user and system. */
  readonly ownCpuMs: number;
  /** CPU time of children that ended and that it waited for, with theirs; 0 where the source does not tell. */
  readonly childrenCpuMs: number;
  /** The part of `ownCpuMs` that the kernel spent for it; absent where the source does not tell. */
  readonly ownSystemMs?: number | undefined;
  /** That part of `childrenCpuMs`; absent where the source does not tell. */
  readonly childrenSystemMs?: number | undefined;
  readonly memoryBytes: number;
  /** Bytes from and to storage, also of children that it waited for; absent where this look did not ask or the system does not tell. */
  readonly storage?: Storage | undefined;
}

/** Bytes that went from and to storage. */
export interface Storage {
  readonly readBytes: number;
  readonly writeBytes: number;
}
