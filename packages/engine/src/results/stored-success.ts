import type { AiStepRecord, Finding } from "@ai-workflow/profiler";
import type { OutputManifest } from "../outputs/output-manifest.ts";

/** A success of a step as kept for replay. */
export interface StoredSuccess {
  readonly stepId: string;
  readonly fingerprint: string;
  readonly relevantFingerprint?: string | undefined;
  readonly runId: string;
  /** When the step ended, ISO 8601 in UTC. */
  readonly at: string;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
  /** What was asked of a model, and what was not. */
  readonly ai?: AiStepRecord | undefined;
  /** What it left, for a step with `outputs`. */
  readonly outputs?: OutputManifest | undefined;
}
