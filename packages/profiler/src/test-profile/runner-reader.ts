import type { TestProfile } from "../resource-usage.ts";

/** Looks for the summary of one runner in a log, line by line. */
export interface RunnerReader {
  /** Takes the next line, without its colours and its end. */
  line(text: string): void;
  /** What the lines so far told; undefined while nothing is surely from this runner. */
  profile(): TestProfile | undefined;
}
