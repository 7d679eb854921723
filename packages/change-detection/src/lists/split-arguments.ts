import { toArgument } from "./to-argument.ts";

/**
 * Bytes of one command line on POSIX systems: what GNU xargs takes. Linux allows a quarter of the stack limit (mostly 2 MiB), macOS 1 MiB,
 * the environment included; one argument alone may have 128 KiB on Linux.
 */
export const POSIX_LIMIT_BYTES = 131_072;
/**
 * Bytes of one command line on Windows, two for each UTF-16 unit. `CreateProcess` takes 32,767 units, but cmd.exe, through which tools of
 * `node_modules/.bin` run, no more than 8,191.
 */
export const WINDOWS_LIMIT_BYTES = 16_000;

/** How to cut a list of paths. */
export interface SplitOptions {
  /**
   * The command and those of its arguments that every call repeats; they count towards the limit and are no part of the answer.
   * @defaultValue none
   */
  readonly fixed?: readonly string[] | undefined;
  /**
   * Most bytes of one command line: arguments with their ends, and 8 for the pointer to each. The environment is not counted.
   * @defaultValue {@link POSIX_LIMIT_BYTES}, on Windows {@link WINDOWS_LIMIT_BYTES}
   */
  readonly limitBytes?: number | undefined;
  /**
   * Whose rules are counted by.
   * @defaultValue `process.platform`
   */
  readonly platform?: NodeJS.Platform | undefined;
}

/** Bytes that execve() takes for an argument: UTF-8, its NUL and a pointer. */
const posixBytes = (argument: string): number => Buffer.byteLength(argument, "utf8") + 9;

/** Bytes of an argument in a Windows command line at worst: a space, two quotes, and a backslash before each quote and backslash. */
const windowsBytes = (argument: string): number => 2 * (argument.length + 3 + (argument.match(/["\\]/g)?.length ?? 0));

/**
 * Cuts paths into batches for `execFile()` or `spawn()` without a shell: as few as the limit allows, in the order of the paths, each path as by
 * `toArgument()`. No paths make no batches, so that a tool is not started without files, which mostly means all files.
 *
 * @throws {TypeError} for a path that no argument can hold, see `toArgument()`, and for one string, which would be taken letter by letter.
 * @throws {RangeError} for a limit that is no positive number, or into which a path does not fit together with `fixed`.
 * @example
 * ```js
 * const fixed = ["prettier", "--check", "--"];
 * for (const batch of splitArguments(paths, { fixed })) execFileSync("npx", [...fixed, ...batch]);
 * ```
 */
export function splitArguments(paths: Iterable<string>, options: SplitOptions = {}): readonly (readonly string[])[] {
  const { fixed = [], platform = process.platform } = options;
  if (typeof paths === "string") {
    throw new TypeError(`Cannot split arguments: \`paths\` must be a list, got ${JSON.stringify(paths)}`);
  }
  const isWindows = platform === "win32";
  const { limitBytes = isWindows ? WINDOWS_LIMIT_BYTES : POSIX_LIMIT_BYTES } = options;
  if (!(limitBytes > 0)) {
    throw new RangeError(`Cannot split arguments: \`limitBytes\` must be a positive number, got ${limitBytes}`);
  }
  const bytesOf = isWindows ? windowsBytes : posixBytes;
  const fixedBytes = fixed.reduce((sum, one) => sum + bytesOf(one), 0);
  const batches: string[][] = [];
  let batch: string[] = [];
  let bytes = fixedBytes;
  for (const path of paths) {
    const argument = toArgument(path);
    const own = bytesOf(argument);
    if (fixedBytes + own > limitBytes) {
      throw new RangeError(
        `Cannot split arguments: \`limitBytes\` must be at least ${fixedBytes + own} for ${JSON.stringify(path)}, got ${limitBytes}`,
      );
    }
    if (batch.length === 0 || bytes + own > limitBytes) {
      batch = [];
      batches.push(batch);
      bytes = fixedBytes;
    }
    batch.push(argument);
    bytes += own;
  }
  return batches;
}
