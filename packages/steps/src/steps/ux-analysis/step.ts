import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { limitFindings } from "../../markup/limit-findings.ts";
import { readMarkupFiles } from "../../markup/read-markup-files.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { judgeMarkup } from "./judge-markup.ts";

/** Judges pages and components by rules of accessibility, each file by itself. */
export default function analyseUse(context: ModuleStepContext): ModuleStepResult {
  const options = readOptions(context.with);
  const ignored = new Set(options.texts("ignore_rules"));
  const fails = options.text("fail_on") ?? "nothing";
  if (fails !== "nothing" && fails !== "any") {
    throw new Error(`the option \`fail_on\` must be nothing or any, got ${JSON.stringify(fails)}`);
  }
  const { files, notes } = context.spans.measure("parsing", () => readMarkupFiles(context.directory, context.dueFiles));
  const findings = files.flatMap(({ file, markup }) =>
    limitFindings(
      file,
      judgeMarkup(file, markup)
        .filter(({ rule }) => !ignored.has(rule))
        .map((finding) =>
          fails === "any" && finding.severity === "warning" ? { ...finding, severity: "error" } : finding,
        ),
    ),
  );
  return {
    message: `${countOf(files.length, "file")} of markup looked at`,
    findings: [...findings, ...notes.filter(({ rule }) => !ignored.has(rule))],
  };
}
