import type { ResourceSample } from "../resource-usage.ts";

const BYTES_PER_MB = 2 ** 20;

const columns = (time: string, cpu: string, memory: string, disk: string, step: string): string =>
  `${time.padEnd(24)} ${cpu.padStart(7)} ${memory.padStart(9)} ${disk.padStart(10)} ${step}`;

/** The first line of `resources.log`. */
export const RESOURCE_LOG_HEADER: string = columns("TIME", "CPU%", "MEM(MB)", "DISK(MB/s)", "STEP");

/**
 * One look as a line of `resources.log`, without a line end: time in UTC, percent of one core, MB (1024 × 1024 bytes), MB a second (`-` where
 * it is not told), step. Whatever a step is called, it is one field on one line.
 *
 * @param atMs - wall clock in milliseconds since 1970
 */
export function formatResourceLine(sample: ResourceSample, atMs: number): string {
  const { cpuPercent, memoryBytes, diskBytesPerSecond, label } = sample;
  return columns(
    new Date(atMs).toISOString(),
    cpuPercent.toFixed(1),
    (memoryBytes / BYTES_PER_MB).toFixed(1),
    diskBytesPerSecond === undefined ? "-" : (diskBytesPerSecond / BYTES_PER_MB).toFixed(1),
    label.replaceAll(
      /[\s\p{Cc}\p{Cf}\u2028\u2029]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
    ),
  );
}
