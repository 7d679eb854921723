import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { isVendored } from "./is-template.ts";
import { judgeConfig } from "./judge-config.ts";

/** Written by programs, and large. */
const LOCK_FILE = /(?:^|\/)(?:package-lock|npm-shrinkwrap|composer\.lock|pnpm-lock|packages\.lock)\.(?:json|ya?ml)$/;

/** Reads the configuration files that are due, one by one. */
export default async function validateConfig({
  directory,
  dueFiles,
  spans,
  with: given,
}: ModuleStepContext): Promise<ModuleStepResult> {
  const maxBytes = readOptions(given).number("max_file_kb", 1024, 1) * 1024;
  const findings: Finding[] = [];
  let [read, large] = [0, 0];
  await spans.measure("parsing", async () => {
    for (const file of dueFiles) {
      if (isVendored(file) || LOCK_FILE.test(file)) continue;
      const content = readText(directory, file, maxBytes);
      if (!content.ok) {
        if (content.reason === "too-large") large += 1;
        continue;
      }
      read += 1;
      findings.push(...(await judgeConfig(file, content.text)));
    }
  });
  const skipped = large === 0 ? "" : `, ${large} above \`max_file_kb\` left alone`;
  return { message: `${read} ${read === 1 ? "file" : "files"} read${skipped}`, findings };
}
