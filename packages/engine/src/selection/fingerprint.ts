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
  /** The same over only those inputs that count for the step; absent when all do. */
  readonly relevantFingerprint: string | undefined;
}

/** Everything a fingerprint is made of; each field is there because a change of it can change the step's result. */
interface FingerprintParts {
  readonly version: number;
  /** Keeps the two kinds of fingerprint apart. */
  readonly scope: "all" | "relevant";
  /** Command, or module and what it is given. */
  readonly action: Step["action"];
  readonly directory: string;
  /** Names, modes and contents of the input files. */
  readonly files: string;
  /** Values of the declared environment variables; a missing variable differs from an empty one. */
  readonly environment: readonly (readonly [string, string | null])[];
  readonly runtime: Runtime;
}

/**
 * Computes both fingerprints of every step. Pure. File sets that several steps share are filtered and hashed once.
 *
 * @param files - every file that git does not ignore, with the id of its present content
 */
export function fingerprintSteps(
  steps: Iterable<Step>,
  relevances: ReadonlyMap<string, Relevance>,
  files: readonly FileEntry[],
  environment: Readonly<Record<string, string | undefined>>,
  runtime: Runtime,
): ReadonlyMap<string, StepPrints> {
  const hashes = new Map<string, string>();
  const hashOnce = (key: string, keep: (path: string) => boolean): string => {
    const known = hashes.get(key);
    if (known !== undefined) return known;
    const hash = fingerprintFiles(files.filter((file) => keep(file.path)));
    hashes.set(key, hash);
    return hash;
  };

  const prints = new Map<string, StepPrints>();
  for (const step of steps) {
    const relevance = relevances.get(step.id);
    if (relevance === undefined) continue;
    const parts = (scope: "all" | "relevant", fileHash: string): FingerprintParts => ({
      version: FINGERPRINT_VERSION,
      scope,
      action: step.action,
      directory: step.directory,
      files: fileHash,
      environment: step.environment.map((name) => [name, environment[name] ?? null] as const),
      // Field by field: a caller may hand over more than counts.
      runtime: { platform: runtime.platform, arch: runtime.arch, nodeVersion: runtime.nodeVersion },
    });
    const all = hashOnce(`all ${JSON.stringify(step.inputs ?? null)}`, relevance.isInput);
    prints.set(step.id, {
      fingerprint: hashParts(parts("all", all)),
      relevantFingerprint: relevance.narrows
        ? hashParts(
            parts(
              "relevant",
              hashOnce(`relevant ${relevance.key}`, (path) => relevance.judge(path).counts),
            ),
          )
        : undefined,
    });
  }
  return prints;
}

/** JSON keeps the parts apart: no two different lists of parts have the same text. */
function hashParts(parts: FingerprintParts): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
