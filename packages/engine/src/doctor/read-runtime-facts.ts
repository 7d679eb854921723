import { loadOnnxRuntime } from "@ai-workflow/ml-predictor";
import type { RuntimeFacts } from "./runtime-checks.ts";

/** Looks at this process and at the optional packages it can load. */
export async function readRuntimeFacts(): Promise<RuntimeFacts> {
  const loaded = await loadOnnxRuntime();
  const nodeVersion = process.versions.node;
  if (loaded.ok) return { nodeVersion, nativeRuntime: { state: "loads" } };
  if (loaded.reason === "not-installed") return { nodeVersion, nativeRuntime: { state: "not-installed" } };
  return { nodeVersion, nativeRuntime: { state: "fails", message: loaded.message } };
}
