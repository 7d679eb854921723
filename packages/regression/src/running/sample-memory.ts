import { readFileSync } from "node:fs";

const KIBIBYTE = 1024;

/**
 * Resident memory of everything below a process, now, in bytes: the sum over all descendants, or the highest mark of one of them
 * where that is more. Memory that processes share counts for each. `undefined` where there is no `/proc`, or no descendant.
 *
 * @param root - Process whose own memory is not counted.
 * @param except - Child of it that is not counted either; NaN for none.
 */
export function sampleMemory(root: number, except: number): number | undefined {
  const below = childrenOf(root).filter((pid) => pid !== except);
  let sum = 0;
  let highest = 0;
  for (let place = 0; place < below.length; place += 1) {
    const pid = below[place]!;
    const status = readProc(`${pid}/status`);
    sum += kibibytes(status, "VmRSS");
    highest = Math.max(highest, kibibytes(status, "VmHWM"));
    below.push(...childrenOf(pid));
  }
  const bytes = Math.max(sum, highest) * KIBIBYTE;
  return bytes > 0 ? bytes : undefined;
}

function childrenOf(pid: number): number[] {
  const text = readProc(`${pid}/task/${pid}/children`);
  return text
    .split(" ")
    .filter((part) => part !== "")
    .map(Number);
}

function kibibytes(status: string, name: string): number {
  return Number(new RegExp(String.raw`^${name}:\s+(\d+) kB$`, "m").exec(status)?.[1] ?? 0);
}

/** Empty when the process has ended between being listed and being read. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
