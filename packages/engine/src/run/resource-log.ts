import { closeSync, openSync, writeSync } from "node:fs";
import type { ResourceSample } from "@ai-workflow/profiler";
import { formatResourceLine, RESOURCE_LOG_HEADER } from "@ai-workflow/profiler/resources";

/** `resources.log`, written as the run goes on. */
export interface ResourceLog {
  readonly write: (sample: ResourceSample) => void;
  readonly close: () => void;
}

/**
 * Opens the log of the looks at what steps take. What cannot be written is told once, and then no more is.
 *
 * @param file - absolute path
 * @param startedAtMs - wall clock at the clock's zero of samples, in milliseconds since 1970
 * @param onFailure - told in words why the log ends
 */
export function openResourceLog(file: string, startedAtMs: number, onFailure: (message: string) => void): ResourceLog {
  let log: number | undefined;
  const close = (): void => {
    if (log !== undefined) closeSync(log);
    log = undefined;
  };
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      close();
      onFailure(`${file} could not be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  };
  const write = (text: string): void => {
    const opened = log;
    if (opened !== undefined) attempt(() => void writeSync(opened, `${text}\n`));
  };
  attempt(() => {
    log = openSync(file, "w");
  });
  write(RESOURCE_LOG_HEADER);
  return { write: (sample) => write(formatResourceLine(sample, startedAtMs + sample.atMs)), close };
}
