import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";

/** Beside the files themselves: whoever could put other code here could alter theirs as well. */
const CACHE_FOLDER = ".cache";
const SEAL_BYTES = 32;

/** What Node passes to the function around a CommonJS file. */
type Wrapped = (
  this: unknown,
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/**
 * Gives a `require` for the files of a folder, whose names hold a hash of their content, and for what they require beside them; `import()` works in none of them. What V8 compiled of a file
 * is kept beside it when the process ends, together with the functions that were called, and used by the next one: compiling takes longer than
 * all that a run with nothing to do does. This is for versions of Node without `module.enableCompileCache()`. A folder that cannot be written
 * and an entry that does not fit (another version of V8, other flags, a bit that has flipped) cost only the time.
 *
 * @param onExit - calls what it is given when the process ends
 */
export function createCachedRequire(
  folder: string,
  onExit: (write: () => void) => void = createExitQueue(),
): (name: string) => unknown {
  const modules = new Map<string, { exports: unknown }>();
  const requireOther = createRequire(path.join(folder, "file.js"));
  const requireCached = (name: string): unknown => {
    if (!name.startsWith("./")) return requireOther(name);
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const module: { exports: unknown } = { exports: {} };
    modules.set(name, module);
    const file = path.join(folder, name);
    try {
      compile(file, onExit).call(module.exports, module.exports, requireCached, module, file, folder);
    } catch (error) {
      modules.delete(name);
      throw error;
    }
    return module.exports;
  };
  return requireCached;
}

/** One listener for all that is to be done, as Node warns of more than ten. */
function createExitQueue(): (write: () => void) => void {
  const writes: (() => void)[] = [];
  return (write) => {
    if (writes.push(write) === 1) {
      process.once("exit", () => {
        for (const one of writes) one();
      });
    }
  };
}

function compile(file: string, onExit: (write: () => void) => void): Wrapped {
  const source = readFileSync(file, "utf8");
  const entry = path.join(path.dirname(file), CACHE_FOLDER, `${path.basename(file, ".js")}.bin`);
  const cachedData = readEntry(entry);
  // In one line with the code, so that the places of errors are right.
  const script = new Script(`(function (exports, require, module, __filename, __dirname) { ${source}\n})`, {
    filename: file,
    cachedData,
  });
  if (cachedData === undefined || script.cachedDataRejected === true) {
    onExit(() => writeEntry(entry, script));
  }
  return script.runInThisContext() as Wrapped;
}

function readEntry(entry: string): Buffer | undefined {
  try {
    const content = readFileSync(entry);
    const payload = content.subarray(SEAL_BYTES);
    return seal(payload).equals(content.subarray(0, SEAL_BYTES)) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function writeEntry(entry: string, script: Script): void {
  const temporary = `${entry}.${process.pid}.tmp`;
  try {
    mkdirSync(path.dirname(entry), { recursive: true });
    // Opened first: where nothing can be written, nothing need be serialised.
    const descriptor = openSync(temporary, "wx");
    try {
      const payload = script.createCachedData();
      writeFileSync(descriptor, seal(payload));
      writeFileSync(descriptor, payload);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, entry);
  } catch {
    remove(temporary);
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // It could not even be made.
  }
}

/** V8 itself looks at its version, at flags and at the length, and takes everything else as it is. */
function seal(payload: Buffer): Buffer {
  return createHash("sha256").update(String(cachedDataVersionTag())).update(payload).digest();
}
