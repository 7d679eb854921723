import { createHash } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { writeFileAtomic } from "@ai-workflow/profiler";
import { readStateFile } from "../state/read-state-file.ts";
import type { Workflow } from "./workflow.ts";

const HASH_BYTES = 32;

/** Changes when the shape of a workflow does, for installations whose files all carry the same time. */
const WORKFLOW_FORMAT = "24";

/** Where the parsed configuration is kept inside the state folder. */
const CACHE_FILE = path.join("cache", "workflow.bin");

/**
 * Identifies what a configuration text means: the text, the default name, the built-in steps with the options given to them and the pipeline asked for, this very
 * program and the runtime that wrote the entry.
 * An equal key means an equal workflow.
 */
export function workflowCacheKey(
  text: string,
  defaultName: string,
  builtIn: {
    readonly library: string | undefined;
    readonly stepOptions?: object | undefined;
    readonly pipeline?: string | undefined;
  },
): Buffer {
  // Of a bundle the name holds a hash of its content; of compiled files this one stands for all that are installed with it.
  const program = statSync(fileURLToPath(import.meta.url));
  const parts = [
    WORKFLOW_FORMAT,
    text,
    defaultName,
    builtIn,
    import.meta.url,
    String(program.size),
    String(program.mtimeMs),
    process.version,
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}

/** The workflow that was kept under this key, or `undefined`: parsing YAML and checking it costs more than the rest of a run without work. */
export function readCachedWorkflow(state: string, key: Buffer): Workflow | undefined {
  try {
    const entry = readStateFile(path.join(state, CACHE_FILE));
    const payload = entry.subarray(HASH_BYTES);
    return seal(key, payload).equals(entry.subarray(0, HASH_BYTES)) ? (deserialize(payload) as Workflow) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a workflow for the next run; where that fails the next run parses again. */
export function writeCachedWorkflow(state: string, key: Buffer, workflow: Workflow): void {
  try {
    const payload = serialize(workflow);
    writeFileAtomic(path.join(state, CACHE_FILE), Buffer.concat([seal(key, payload), payload]));
  } catch {
    // A cache that cannot be written is no reason to tell anybody.
  }
}

/** Gives up what is kept, where its room is needed; the next run parses again. */
export function forgetCachedWorkflow(state: string): void {
  rmSync(path.join(state, CACHE_FILE), { force: true });
}

/** One hash over key and payload: it differs when either does, also when a bit of the file has flipped. */
function seal(key: Buffer, payload: Buffer): Buffer {
  return createHash("sha256").update(key).update(payload).digest();
}
