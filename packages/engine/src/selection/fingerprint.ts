import { createHash } from "node:crypto";
import { fingerprintFiles, type FileEntry } from "@ai-workflow/change-detection";
import type { Step } from "../config/workflow.ts";
import type { Relevance } from "./relevance.ts";

/** Changes when the meaning of a fingerprint does, so that older results are never taken for newer ones. */
export const FINGERPRINT_VERSION = 1;

/** What of the machine can change a result. */
export interface Runtime {
  readonly platform: string;
  readonly arch: string;
  readonly nodeVersion: string;
}

/** The two hashes that selection compares. */
export interface StepPrints {
  /** SHA-256 over all that can change the step's result: equal means the stored result may be replayed. */
  readonly fingerprint: string;
  /** The same over only those inputs that count for the step; `undefined` when all do. Worked out when first asked for. */
  readonly relevantFingerprint: () => string | undefined;
}

/** Hashes of file sets by the globs that make them. A caller may keep them for as long as no file changes. */
export type FileSetHashes = Pick<Map<string, string>, "get" | "set">;

/** Everything a fingerprint is made of; each field is there because a change of it can change the step's result. */
interface FingerprintParts {
  readonly version: number;
  /** Keeps the two kinds of fingerprint apart. */
  readonly scope: "all" | "relevant";
  /** Command, or module and what it is given. */
  readonly action: Step["action"];
  /** Two steps may have the same command and run at different points of the order. */
  readonly step: string;
  readonly directory: string;
  /** Names, modes and contents of the input files. */
  readonly files: string;
  /** Values of the declared environment variables; a missing variable differs from an empty one. */
  readonly environment: readonly (readonly [string, string | null])[];
  readonly runtime: Runtime;
}

/** What fingerprints are computed from. */
export interface FingerprintInput {
  readonly relevances: ReadonlyMap<string, Relevance>;
  /** Every file that git does not ignore, with the id of its present content. */
  readonly files: readonly FileEntry[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly runtime: Runtime;
  /** Hashes of input sets that are known for exactly these files. @defaultValue none */
  readonly known?: FileSetHashes | undefined;
}

/** Computes both fingerprints of every step. Pure. File sets that several steps share are filtered and hashed once. */
export function fingerprintSteps(steps: Iterable<Step>, input: FingerprintInput): ReadonlyMap<string, StepPrints> {
  const { files, environment, runtime } = input;
  const inputSets = input.known ?? new Map<string, string>();
  const relevantSets = new Map<string, string>();
  const hashOnce = (hashes: FileSetHashes, key: string, keep: (path: string) => boolean): string => {
    let hash = hashes.get(key);
    if (hash === undefined) {
      hash = fingerprintFiles(files.filter((file) => keep(file.path)));
      hashes.set(key, hash);
    }
    return hash;
  };

  const prints = new Map<string, StepPrints>();
  for (const step of steps) {
    const relevance = input.relevances.get(step.id);
    if (relevance === undefined) continue;
    const print = (scope: "all" | "relevant", fileHash: string): string =>
      hashParts({
        version: FINGERPRINT_VERSION,
        scope,
        action: step.action,
        step: step.id,
        directory: step.directory,
        files: fileHash,
        environment: step.environment.map((name) => [name, environment[name] ?? null] as const),
        // Field by field: a caller may hand over more than counts.
        runtime: { platform: runtime.platform, arch: runtime.arch, nodeVersion: runtime.nodeVersion },
      });
    let relevant: string | undefined;
    prints.set(step.id, {
      fingerprint: print("all", hashOnce(inputSets, relevance.inputKey, relevance.isInput)),
      relevantFingerprint: () => {
        if (!relevance.narrows) return undefined;
        const counts = (path: string): boolean => relevance.judge(path).counts;
        relevant ??= print("relevant", hashOnce(relevantSets, relevance.key(), counts));
        return relevant;
      },
    });
  }
  return prints;
}

/** JSON keeps the parts apart; numbers that it writes as `null` are told in the order in which they stand there. */
function hashParts(parts: FingerprintParts): string {
  const nulls: string[] = [];
  const text = JSON.stringify(parts, (_, value: unknown) => {
    if (value === null || (typeof value === "number" && !Number.isFinite(value))) nulls.push(String(value));
    return value;
  });
  return createHash("sha256").update(text).update(nulls.join(" ")).digest("hex");
}
