/** How the resources of a step were measured; see the README for what each can and cannot see. */
export type ResourceMethod = "proc" | "cgroup" | "ps" | "thread";

/**
 * What a step took, all its processes together, over all its attempts. Something that could not be measured is absent, never 0.
 */
export interface ResourceUsage {
  readonly method: ResourceMethod;
  /** CPU time in milliseconds, user and system, also of processes that came and went between two samples. */
  readonly cpuMs?: number | undefined;
  /**
   * The part of `cpuMs` that the kernel spent, in milliseconds; the rest is the programs' own. Absent where the two are not told apart, as by
   * `ps` and for threads.
   */
  readonly systemCpuMs?: number | undefined;
  /** Largest resident memory seen of all its processes at the same time, in bytes. */
  readonly peakMemoryBytes?: number | undefined;
  /** Bytes that had to be fetched from storage; what the page cache held is not among them. */
  readonly readBytes?: number | undefined;
  /** Bytes that were sent to storage, or are to be. */
  readonly writeBytes?: number | undefined;
  /** Most processes seen at the same time. */
  readonly peakProcesses?: number | undefined;
  /** Looks at the step's processes. */
  readonly samples: number;
  /** CPU time of more than one step that could only be shared out by estimate, in milliseconds; part of `cpuMs`. */
  readonly estimatedCpuMs?: number | undefined;
}

/** One look at one step. */
export interface ResourceSample {
  /** Name under which the measurement was begun: the step. */
  readonly label: string;
  /** Reading of the monitor's clock in milliseconds. */
  readonly atMs: number;
  /** CPU load since the look before, in percent of one core. */
  readonly cpuPercent: number;
  /** Resident memory in bytes. */
  readonly memoryBytes: number;
  /** Storage read and written since the look before, in bytes a second; absent where it is not told. */
  readonly diskBytesPerSecond?: number | undefined;
  readonly processes: number;
}

/** What the run as a whole took: its steps and the tool itself. */
export interface RunResourcesRecord {
  /** CPU time of all measured steps in milliseconds; absent where that of some is unknown. */
  readonly cpuMs?: number | undefined;
  /** Largest memory of all steps at the same time, in bytes; absent where none was seen. */
  readonly peakMemoryBytes?: number | undefined;
  readonly readBytes?: number | undefined;
  readonly writeBytes?: number | undefined;
  /** CPU time of this tool's own process in milliseconds, without the processes it started. */
  readonly toolCpuMs: number;
  /** Largest resident memory of this tool's own process in bytes. */
  readonly toolPeakMemoryBytes: number;
}

/** What a test runner's output tells of where its time went. */
export interface TestProfile {
  /** The runner whose output was recognised, for example `vitest`. */
  readonly runner: string;
  /**
   * Phases in milliseconds: `discovery` (finding and loading tests), `execution`, `coverage`, and further ones the runner tells. Runners
   * add up what ran at the same time, so a phase can be longer than the step.
   */
  readonly phases: readonly { readonly name: string; readonly ms: number }[];
  /** Tests by outcome, where told. */
  readonly tests?: { readonly passed: number; readonly failed: number; readonly skipped: number } | undefined;
}
