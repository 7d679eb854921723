import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A control group with a quota of CPU time; `using` removes it. */
export interface LimitedGroup extends Disposable {
  /** Words before a command that is to be in the group. */
  readonly enter: readonly string[];
}

/** Microseconds of a period of quotas. */
const PERIOD = 100_000;

/** Creates a control group beneath the own one, of version 1 or 2; `undefined` where that cannot be done (other systems, no rights). */
export function createLimitedGroup(cpus: number): LimitedGroup | undefined {
  const groups = readIfThere("/proc/self/cgroup");
  const name = `ai-workflow-test-${process.pid}`;
  const older = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(\/.*)$/m.exec(groups)?.[1];
  const newer = /^0::(\/.*)$/m.exec(groups)?.[1];
  const places = [
    ...(older === undefined ? [] : [path.join("/sys/fs/cgroup/cpu", older, name)]),
    ...(newer === undefined ? [] : [path.join("/sys/fs/cgroup", newer, name)]),
  ];
  for (const folder of places) {
    try {
      mkdirSync(folder);
    } catch {
      continue;
    }
    const remove = (): void => rmdirSync(folder);
    try {
      const quota = cpus * PERIOD;
      if (folder === places[0] && older !== undefined) {
        writeFileSync(path.join(folder, "cpu.cfs_period_us"), String(PERIOD), { flag: "r+" });
        writeFileSync(path.join(folder, "cpu.cfs_quota_us"), String(quota), { flag: "r+" });
      } else {
        writeFileSync(path.join(folder, "cpu.max"), `${quota} ${PERIOD}`, { flag: "r+" });
      }
      const enter = ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', folder];
      return { enter, [Symbol.dispose]: remove };
    } catch {
      // The controller is not handed down to this group.
      remove();
    }
  }
  return undefined;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
