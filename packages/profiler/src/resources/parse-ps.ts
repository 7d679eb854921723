import type { ProcessSample } from "./process-sample.ts";

/** What `ps` is asked for, in this order; POSIX names, so that every system understands them. */
export const PS_ARGUMENTS: readonly string[] = [
  "-A",
  "-o",
  "pid=",
  "-o",
  "ppid=",
  "-o",
  "pgid=",
  "-o",
  "time=",
  "-o",
  "rss=",
];

/**
 * Reads what `ps` printed for {@link PS_ARGUMENTS}. Lines that are no processes are passed over. It tells no time of children that ended,
 * no session and no start, and CPU time to a second or a hundredth of one.
 */
export function parsePs(text: string): readonly ProcessSample[] {
  const samples: ProcessSample[] = [];
  for (const line of text.split("\n")) {
    const [, pid, parent, group, time, kibibytes] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+([\d:.-]+)\s+(\d+)\s*$/.exec(line) ?? [];
    const cpuMs = time === undefined ? undefined : parseCpuTime(time);
    if (cpuMs === undefined) continue;
    samples.push({
      pid: Number(pid),
      parentPid: Number(parent),
      groupId: Number(group),
      sessionId: -1,
      startedAt: 0,
      ownCpuMs: cpuMs,
      childrenCpuMs: 0,
      memoryBytes: Number(kibibytes) * 1_024,
    });
  }
  return samples;
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` in milliseconds. */
function parseCpuTime(text: string): number | undefined {
  const [, days = "0", hours = "0", minutes, seconds] =
    /^(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (minutes === undefined || seconds === undefined) return undefined;
  return Math.round((((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000);
}
