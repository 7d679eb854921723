import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { isForeign } from "../../project/folder.ts";
import { printable } from "../../text/printable.ts";
import { findUntested } from "./find-untested.ts";
import { judgeGo } from "./judge-go.ts";
import { judgePython } from "./judge-python.ts";
import { judgeScript } from "./judge-script.ts";
import { isTestFile } from "./test-files.ts";
import type { Weakness } from "./weakness.ts";

/** Longer tests are made by programs. */
const MAX_TEST_BYTES = 2 * 1024 * 1024;

/** Looks at tests that changed, and at what changed without tests. */
export default function planTests(context: ModuleStepContext): ModuleStepResult {
  const { directory, files, changes, spans } = context;
  const options = readOptions(context.with);
  const maxPerFile = options.number("max_per_file", 5, 1);
  const known = new Set(files);
  const changed = changes.known
    ? changes.list.filter(({ path, status }) => status !== "deleted" && known.has(path)).map(({ path }) => path)
    : [];
  const read = (file: string): string => {
    const content = readText(directory, file, MAX_TEST_BYTES);
    return content.ok ? content.text : "";
  };
  const looked = options.flag("all", false) || !changes.known ? files : changed;
  const tests = looked.filter((file) => isTestFile(file) && !isForeign(file));
  const weak = spans.measure("parsing", () =>
    tests.flatMap((file) => toFindings(file, judge(file, read(file)), maxPerFile)),
  );
  const untested = options.flag("untested", true)
    ? spans.measure("comparing", () => findUntested({ changed, files, read }))
    : [];
  return {
    message:
      tests.length === 0 && looked !== files
        ? "no test changed"
        : `looked at ${tests.length} ${tests.length === 1 ? "test file" : "test files"}`,
    findings: [...weak, ...untested],
  };
}

function judge(file: string, text: string): readonly Weakness[] {
  if (/\.[cm]?[jt]sx?$/.test(file)) return judgeScript(text);
  if (file.endsWith(".py")) return judgePython(text);
  return file.endsWith(".go") ? judgeGo(text) : [];
}

/** The first of each rule, and how many more there are. */
function toFindings(file: string, weaknesses: readonly Weakness[], maxPerFile: number): readonly Finding[] {
  const byRule = groupByRule(weaknesses);
  return [...byRule.values()].flatMap((all) => {
    const told = all.slice(0, maxPerFile).map((one) => ({ ...one, message: printable(one.message), file }));
    const more = all.length - told.length;
    const [first] = all;
    if (more <= 0 || first === undefined) return told;
    return [
      ...told,
      { rule: first.rule, severity: "info" as const, message: `${more} more of this in the file`, file },
    ];
  });
}

function groupByRule(weaknesses: readonly Weakness[]): ReadonlyMap<string, readonly Weakness[]> {
  const byRule = new Map<string, Weakness[]>();
  for (const one of weaknesses) byRule.set(one.rule, [...(byRule.get(one.rule) ?? []), one]);
  return byRule;
}
