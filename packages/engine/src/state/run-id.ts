import { randomBytes } from "node:crypto";

/** Id of a run. Begins with the time to the millisecond, so that names sort in the order of runs; the random end keeps those of one moment apart. */
export function createRunId(wallMs: number): string {
  const time = new Date(wallMs).toISOString();
  return `${time.replace(/[-:]|\.\d+/g, "")}-${time.slice(20, 23)}${randomBytes(2).toString("hex").slice(1)}`;
}

/** Whether a text, which may come from a file, is the id of a run and so the name of a folder. */
export function isRunId(text: string): boolean {
  return /^\d{8}T\d{6}Z-[0-9a-f]+$/.test(text);
}
