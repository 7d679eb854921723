import { lstatSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { limitFindings } from "../../markup/limit-findings.ts";
import { readMarkupFiles } from "../../markup/read-markup-files.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { judgeBundle } from "./judge-bundle.ts";
import { judgePageLoad } from "./judge-page-load.ts";

/** Judges pages by how browsers load them, each file by itself. */
export default function analyseFrontend(context: ModuleStepContext): ModuleStepResult {
  const { directory, dueFiles, spans } = context;
  const options = readOptions(context.with);
  const ignored = new Set(options.texts("ignore_rules"));
  const maxBundleBytes = options.number("max_bundle_kb", 1024, 1) * 1024;
  const { files } = spans.measure("parsing", () =>
    readMarkupFiles(
      directory,
      dueFiles.filter((file) => !/\.(?:m?js|css)$/i.test(file)),
    ),
  );
  const findings: Finding[] = files.flatMap(({ file, markup }) => limitFindings(file, judgePageLoad(file, markup)));
  for (const file of dueFiles) {
    if (!/\.(?:m?js|css)$/i.test(file)) continue;
    const status = lstatSync(path.join(directory, file), { throwIfNoEntry: false });
    const finding = status?.isFile() === true ? judgeBundle(file, status.size, maxBundleBytes) : undefined;
    if (finding !== undefined) findings.push(finding);
  }
  return {
    message: `${countOf(files.length, "file")} of markup looked at`,
    findings: findings.filter(({ rule }) => !ignored.has(rule)),
  };
}
