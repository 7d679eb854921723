import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { parseStat, type KernelUnits } from "./parse-stat.ts";
import type { ProcessSample, Storage } from "./process-sample.ts";

/** The files of Linux that tell of processes. A process may vanish at any moment; then there is nothing to tell. */
export interface ProcFiles {
  /** Ids of all processes; `undefined` when they cannot be listed. */
  list(): readonly number[] | undefined;
  stat(pid: number | "self"): ProcessSample | undefined;
  /** `"forbidden"` where the system does not let us look. */
  storage(pid: number | "self"): Storage | "forbidden" | undefined;
  /** Largest resident memory that the process ever had, in bytes. */
  highWater(pid: number): number | undefined;
  /** The variables of the process as `NAME=value`; none where we may not look. */
  variables(pid: number): readonly string[];
}

/** Entries of the auxiliary vector, see getauxval(3). */
const AT_PAGESZ = 6;
const AT_CLKTCK = 17;

const USUAL_UNITS: KernelUnits = { tickMs: 10, pageBytes: 4_096 };

/** Reads the constants of the machine. */
export const readKernelUnits = (root: string = "/proc"): KernelUnits => readUnits(`${root}/self/auxv`);

/** One buffer for all reads: a look reads hundreds of small files. */
const buffer = Buffer.allocUnsafe(8_192);

/** @param root - where the files are, `/proc` but in tests */
export function createProcFiles(root: string = "/proc"): ProcFiles {
  const units = readKernelUnits(root);
  return {
    list(): readonly number[] | undefined {
      let names: readonly string[];
      try {
        names = readdirSync(root);
      } catch {
        return undefined;
      }
      const pids: number[] = [];
      for (const name of names) {
        const first = name.charCodeAt(0);
        const pid = first >= 49 && first <= 57 ? Number(name) : Number.NaN;
        if (Number.isSafeInteger(pid)) pids.push(pid);
      }
      return pids;
    },
    stat(pid): ProcessSample | undefined {
      const text = readSmall(`${root}/${pid}/stat`);
      return typeof text === "string" ? parseStat(text, units) : undefined;
    },
    storage(pid): Storage | "forbidden" | undefined {
      const text = readSmall(`${root}/${pid}/io`);
      if (typeof text !== "string") return text.code === "EACCES" || text.code === "EPERM" ? "forbidden" : undefined;
      const read = /^read_bytes: (\d+)$/m.exec(text)?.[1];
      const written = /^write_bytes: (\d+)$/m.exec(text)?.[1];
      return read === undefined || written === undefined
        ? undefined
        : { readBytes: Number(read), writeBytes: Number(written) };
    },
    highWater(pid): number | undefined {
      const text = readSmall(`${root}/${pid}/status`);
      const kibibytes = typeof text === "string" ? /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] : undefined;
      return kibibytes === undefined ? undefined : Number(kibibytes) * 1_024;
    },
    variables(pid): readonly string[] {
      try {
        return readFileSync(`${root}/${pid}/environ`, "utf8").split("\0");
      } catch {
        return [];
      }
    },
  };
}

/** The text, or an object with the code of the error. What is larger than the buffer is cut: none of these files is. */
function readSmall(file: string): string | { readonly code: string } {
  let opened: number;
  try {
    opened = openSync(file, "r");
  } catch (error) {
    return codeOf(error);
  }
  try {
    return buffer.toString("latin1", 0, readSync(opened, buffer, 0, buffer.length, 0));
  } catch (error) {
    return codeOf(error);
  } finally {
    closeSync(opened);
  }
}

function codeOf(error: unknown): { readonly code: string } {
  return { code: (error as NodeJS.ErrnoException).code ?? "?" };
}

function readUnits(file: string): KernelUnits {
  let vector: Buffer;
  try {
    vector = readFileSync(file);
  } catch {
    return USUAL_UNITS;
  }
  const word = process.arch.includes("64") || process.arch === "s390x" ? 8 : 4;
  const units: { tickMs: number; pageBytes: number } = { ...USUAL_UNITS };
  for (let at = 0; at + 2 * word <= vector.length; at += 2 * word) {
    const key = word === 8 ? Number(vector.readBigUInt64LE(at)) : vector.readUInt32LE(at);
    const value = word === 8 ? Number(vector.readBigUInt64LE(at + word)) : vector.readUInt32LE(at + word);
    if (key === AT_CLKTCK && value > 0) units.tickMs = 1_000 / value;
    if (key === AT_PAGESZ && value > 0) units.pageBytes = value;
  }
  return units;
}
