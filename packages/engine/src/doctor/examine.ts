import type { ReadConfigOptions } from "../config/read-config.ts";
import type { Check } from "./check.ts";

/** What {@link examine} looks at. */
export interface ExamineOptions extends Pick<ReadConfigOptions, "library"> {
  /** Absolute path of a directory. */
  readonly directory: string;
  /** Whether the configuration is that of the directory itself, not of one above it. @defaultValue false */
  readonly exact?: boolean | undefined;
  /** @defaultValue `process.env` */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What {@link examine} found. */
export interface Examination {
  /** Absolute path of the target: the directory with the configuration, or the one that was given where there is none. */
  readonly directory: string;
  readonly checks: readonly Check[];
}

/**
 * Looks at what runs of a directory rest on: Node.js, git, the provider of models, the machine, the disk and the configuration. Works without
 * any of them. Changes nothing, asks no model, and needs no rights that a run does not need.
 *
 * @throws {EngineError} ENGINE_TARGET_MISSING – `directory` is none
 */
export async function examine(options: ExamineOptions): Promise<Examination> {
  const { examineTarget } = await import("./examine-target.ts");
  return examineTarget(options);
}
