import type { EarlierResult, Finding } from "@ai-workflow/engine";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createContext, linesOf } from "../../../test/step-repository.ts";
import { findCauses } from "./find-causes.ts";
import { missingThing } from "./missing-thing.ts";
import analyseContext from "./step.ts";

const error = (rule: string, file?: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  severity: "error",
  message: `${rule} is broken`,
  ...(file === undefined ? {} : { file }),
  ...more,
});
const warning = (rule: string, file?: string, more: Partial<Finding> = {}): Finding => ({
  ...error(rule, file, more),
  severity: "warning",
});
const result = (step: string, findings: readonly Finding[], more: Partial<EarlierResult> = {}): EarlierResult => ({
  step,
  outcome: findings.some(({ severity }) => severity === "error") ? "failed" : "passed",
  message: "",
  findings,
  ...more,
});
const run = (results: readonly EarlierResult[], given: Readonly<Record<string, unknown>> = {}) => {
  const { message, findings = [], outcome } = analyseContext(createContext({ results, with: given }));
  return { message, outcome, lines: linesOf(findings), findings };
};

describe("context_analysis", () => {
  test("has nothing to mend where nothing was found", () => {
    const results = [
      result("a", []),
      result("b", [{ ...error("x"), severity: "info" }]),
      result("c", [], { outcome: "skipped" }),
    ];
    expect(run(results)).toMatchObject({ message: "nothing to mend in what 2 steps told", lines: [] });
  });

  test("groups one rule over files, several rules in one file and what is missing, most errors first", () => {
    const told = run([
      result(
        "links",
        [1, 2, 3, 4].map((place) => error("dead-link", `docs/${place}.md`, { suggestion: "mend the link" })),
      ),
      result("style", [warning("a", "x.md"), warning("b", "x.md"), warning("c", "x.md")]),
      result("types", [error("TS2307", "a.ts", { message: "Cannot find module 'left-pad/lib'" })]),
      result("tests", [error("assert", "a.test.ts", { message: "Error: Cannot find module 'left-pad'" })]),
      result("build", [], { outcome: "failed", message: "exit code 2" }),
    ]);
    expect(told.outcome).toBeUndefined();
    expect(told.message).toBe(
      "7 errors and 3 warnings from 4 causes; begin with dead-link: 4 errors in 4 files (links)",
    );
    expect(told.lines).toEqual([
      "info same-rule docs/1.md dead-link: 4 errors in 4 files (links)",
      "info missing a.ts left-pad is missing, which explains 2 errors (types, tests)",
      "info same-file x.md 3 warnings in one file (style)",
    ]);
    expect(told.findings.map(({ suggestion }) => suggestion)).toEqual([
      "mend the link",
      "install left-pad",
      "look at style",
    ]);
  });

  test("tells at most as many causes as it may, and prints nothing that a terminal obeys", () => {
    const found = ["a", "b", "c\u001b[2J"].flatMap((rule) => [1, 2, 3].map((place) => error(rule, `${place}.md`)));
    expect(run([result("x", found)], { max_causes: 1 }).lines).toEqual([
      "info same-rule 1.md a: 3 errors in 3 files (x)",
      "info more 2 further causes of 6 findings",
    ]);
    expect(run([result("x", found)]).lines.at(-1)).toContain("c\\u001b[2J: 3 errors");
  });

  test("does not repeat what stands alone, but begins with it where it is the gravest", () => {
    const { message, lines } = run([result("x", [warning("a", "a.md")]), result("y", [error("b", "b.md")])]);
    expect(message).toBe("1 error and 1 warning from 2 causes; begin with b.md: b is broken (y)");
    expect(lines).toEqual([]);
  });

  test("what is missing is read from the words of tools, and not from words that look like them", () => {
    expect(
      [
        "sh: 1: eslint: not found",
        "bash: shellcheck: command not found",
        "ModuleNotFoundError: No module named 'requests.adapters'",
        "spawn pnpm ENOENT",
        "git is not installed, and nothing else knows the state of the branch",
        "Error: Can't resolve '@scope/name/sub' in '/x'",
      ].map((message) => missingThing(message)),
    ).toEqual(["eslint", "shellcheck", "requests.adapters", "pnpm", "git", "@scope/name"]);
    expect(
      [
        "the anchor was not found",
        "Cannot find module './a.js'",
        "page not found",
        "no such heading",
        "`dotnet build` could not run: a program that it starts is not installed",
      ].filter((message) => missingThing(message) !== undefined),
    ).toEqual([]);
  });

  test("every error and warning belongs to exactly one cause, and causes stand in order", () => {
    const finding = fc.record({
      rule: fc.constantFrom("a", "b", "c"),
      severity: fc.constantFrom("error" as const, "warning" as const, "info" as const),
      file: fc.constantFrom("x", "y", undefined),
      message: fc.constantFrom("m", "x: command not found"),
    });
    fc.assert(
      fc.property(fc.array(fc.array(finding)), (lists) => {
        const results = lists.map((findings, place) => result(`s${place}`, findings));
        const causes = findCauses(results);
        const grave = lists.flat().filter(({ severity }) => severity !== "info");
        const covered = causes.flatMap(({ findings }) => findings.map((one) => one.finding));
        expect(covered).toHaveLength(grave.length);
        expect(new Set(covered)).toEqual(new Set(grave));
        for (const [place, { errors }] of causes.entries()) {
          expect(errors).toBeLessThanOrEqual(causes[place - 1]?.errors ?? Infinity);
        }
      }),
    );
  });
});
