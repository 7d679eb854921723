import { readFileSync } from "node:fs";

/** `ai-workflow schema [of]`: the JSON Schema of the configuration or of a run record. */
export function schemaCommand(of: "config" | "run-record"): void {
  process.stdout.write(readFileSync(new URL(`./${of}.schema.json`, import.meta.url), "utf8"));
}
