import type { Examination, ExamineOptions } from "./examination.ts";

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
