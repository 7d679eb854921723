export interface ProcessResult {
  readonly code: number;
  /** Both streams, as they came. */
  readonly output: string;
  readonly stdout: string;
}

export declare function runProcess(
  command: string,
  args: readonly string[],
  options?: {
    readonly cwd?: string | undefined;
    readonly env?: Readonly<Record<string, string | undefined>> | undefined;
    readonly output?: "collect" | "inherit" | undefined;
  },
): Promise<ProcessResult>;
