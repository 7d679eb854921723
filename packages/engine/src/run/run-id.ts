import { randomBytes } from "node:crypto";

/** Id of a run. Begins with the time to the millisecond, so that names sort in the order of runs; the random end keeps those of one moment apart. */
export function createRunId(wallMs: number): string {
  const time = new Date(wallMs).toISOString();
  return `${time.replace(/[-:]|\.\d+/g, "")}-${time.slice(20, 23)}${randomBytes(2).toString("hex").slice(1)}`;
}
