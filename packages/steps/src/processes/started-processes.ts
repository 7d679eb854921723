import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Finds the processes of the group of this process whose environment holds a variable, whoever is their parent by now. A daemon that took a
 * group of its own is meant to stay. None where the platform has no `/proc`.
 *
 * @param variable - as `NAME=value`
 */
export function findMarked(variable: string): readonly number[] {
  const group = groupOf("self");
  if (group === undefined) return [];
  const mark = Buffer.from(`\0${variable}\0`);
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || groupOf(name) !== group) return [];
    const environment = read(`/proc/${name}/environ`);
    return environment !== undefined && Buffer.concat([Buffer.of(0), environment]).includes(mark) ? [pid] : [];
  });
}

/** A process and all that it started, directly or not; it alone where nothing tells of others. */
export async function findTree(root: number): Promise<readonly number[]> {
  const tree = [root];
  try {
    const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid="]);
    const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    for (const parent of tree) {
      for (const [pid, ppid] of pairs) if (pid !== undefined && ppid === parent && pid !== parent) tree.push(pid);
    }
  } catch {
    // Without `ps` it alone is known.
  }
  return tree;
}

/** Sends a signal to processes; those that are gone are no error. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  }
}

/** The group, which stands behind the name of the program, its state and its parent; that name may hold anything. */
function groupOf(process: string): number | undefined {
  const status = read(`/proc/${process}/stat`)?.toString("latin1");
  const group = status?.slice(status.lastIndexOf(")") + 2).split(" ")[2];
  return group === undefined ? undefined : Number(group);
}

function read(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}
