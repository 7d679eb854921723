import { categorise, type Category } from "@ai-workflow/change-detection";
import { describe, expect, test } from "vitest";
import type { Config, StepConfig } from "../config/config.ts";
import { normalise } from "../config/normalise.ts";
import { createRelevance, type Relevance } from "./relevance.ts";

function relevanceOf(step: StepConfig, config: Omit<Config, "steps"> = {}): Relevance {
  const { workflow } = normalise({ ...config, steps: { a: step, b: { run: "y" } } }, "name");
  const found = workflow.steps.get("a");
  if (found === undefined) throw new Error("the step is missing");
  return createRelevance(found, workflow, (path): Category => categorise(path).category);
}

/** `counts`, or the rule that says no. */
function judged(relevance: Relevance, path: string): string {
  const judgement = relevance.judge(path);
  return judgement.counts ? "counts" : judgement.rule;
}

test("a step that says nothing reads everything, and everything counts", () => {
  const relevance = relevanceOf({ run: "x" });
  for (const path of ["README.md", "src/a.ts", "a b/ü.png", ".github/workflows/ci.yml"]) {
    expect(relevance.isInput(path)).toBe(true);
    expect(judged(relevance, path)).toBe("counts");
  }
  expect(relevance.narrows).toBe(false);
});

describe("inputs", () => {
  test("what they do not match does not count", () => {
    const relevance = relevanceOf({ run: "x", inputs: ["src/**", "!src/**/*.md"] });
    expect(judged(relevance, "src/a.ts")).toBe("counts");
    expect(judged(relevance, "src/a.md")).toBe("inputs");
    expect(judged(relevance, "lib/a.ts")).toBe("inputs");
    expect(relevance.narrows).toBe(false);
  });

  test.each([
    "package-lock.json",
    "pnpm-lock.yaml",
    "services/a/yarn.lock",
    "Cargo.lock",
    "go.sum",
    "deep/down/uv.lock",
    "bun.lockb",
  ])("the lock file %s counts for every step", (path) => {
    expect(judged(relevanceOf({ run: "x", inputs: ["src/**"] }), path)).toBe("counts");
    expect(judged(relevanceOf({ run: "x", inputs: [] }), path)).toBe("counts");
  });

  test("`!` takes a lock file out", () => {
    const relevance = relevanceOf({ run: "x", inputs: ["src/**", "!pnpm-lock.yaml"] });
    expect(judged(relevance, "pnpm-lock.yaml")).toBe("inputs");
    expect(judged(relevance, "yarn.lock")).toBe("counts");
  });

  test("a list that begins with `!` begins with every file", () => {
    const relevance = relevanceOf({ run: "x", inputs: ["!docs/**"] });
    expect(judged(relevance, "src/a.ts")).toBe("counts");
    expect(judged(relevance, "pnpm-lock.yaml")).toBe("counts");
    expect(judged(relevance, "docs/a.md")).toBe("inputs");
  });

  test.each([
    ["check.mjs", "check.mjs"],
    ["./tools/../check.mjs", "check.mjs"],
    ["tools/[odd] (name)!.mjs", "tools/[odd] (name)!.mjs"],
  ])("the module %s is an input of its step, and is not handed to it", (module, path) => {
    const relevance = relevanceOf({ module, inputs: ["*.md"] });
    expect(relevance.isInput(path)).toBe(true);
    expect(relevance.isNamed(path)).toBe(false);
    expect(relevance.isNamed("pnpm-lock.yaml")).toBe(false);
    expect(relevance.isNamed("a.md")).toBe(true);
    expect(relevance.isInput("other.mjs")).toBe(false);
    expect(relevanceOf({ run: `node ${module}`, inputs: ["*.md"] }).isInput(path)).toBe(false);
  });
});

test("`when` counts what one of its categories or paths matches", () => {
  const relevance = relevanceOf({ run: "x", when: { changed: ["docs"], paths: ["src/api/**", "!src/api/old/**"] } });
  expect(judged(relevance, "docs/a.md")).toBe("counts");
  expect(judged(relevance, "src/api/a.ts")).toBe("counts");
  expect(judged(relevance, "src/api/old/a.ts")).toBe("when");
  expect(judged(relevance, "src/b.ts")).toBe("when");
  expect(relevance.isInput("src/b.ts")).toBe(true);
  expect(relevance.narrows).toBe(true);
});

test("the package.json beside a script is an input of its step, whatever it names", () => {
  const relevance = relevanceOf({ script: "build", directory: "web", inputs: ["web/src/**"] });
  expect(relevance.isInput("web/package.json")).toBe(true);
  expect(relevance.isNamed("web/package.json")).toBe(false);
  expect(relevance.isInput("package.json")).toBe(false);
});

test("configuration, dependencies and what is no file of its own govern the other files of a step", () => {
  const relevance = relevanceOf({
    run: "x",
    inputs: ["src/**", "tsconfig.json", "docs/**"],
    when: { changed: ["code", "config", "dependencies"] },
  });
  const governing = ["src/a.ts", "tsconfig.json", "pnpm-lock.yaml", "docs/a.md", "other.ts"].filter(relevance.governs);
  expect(governing).toEqual(["tsconfig.json", "pnpm-lock.yaml"]);
  expect(relevanceOf({ module: "m.mjs", inputs: ["src/**"] }).governs("m.mjs")).toBe(true);
});

test("`when` with an empty list counts nothing", () => {
  expect(judged(relevanceOf({ run: "x", when: { changed: [] } }), "src/a.ts")).toBe("when");
});

test("skip_on_doc_only takes documents out for the steps it names", () => {
  const named = relevanceOf({ run: "x" }, { skip_on_doc_only: ["a"] });
  expect(judged(named, "README.md")).toBe("skip_on_doc_only");
  expect(judged(named, "src/a.ts")).toBe("counts");
  expect(named.narrows).toBe(true);
  const other = relevanceOf({ run: "x" }, { skip_on_doc_only: ["b"] });
  expect(judged(other, "README.md")).toBe("counts");
  expect(other.narrows).toBe(false);
});

test("skip rules take matching paths out for the steps they name, every time they are asked", () => {
  const rules = {
    optimizations: {
      skip_rules: [
        { pattern: "^gen/", steps: ["a"] },
        { pattern: "b", steps: ["b"] },
      ],
    },
  };
  const relevance = relevanceOf({ run: "x", when: { changed: ["code"] } }, rules);
  for (let time = 0; time < 3; time++) expect(judged(relevance, "gen/a.ts")).toBe("skip_rules");
  expect(judged(relevance, "src/gen/b.ts")).toBe("counts");
});

test("steps for which the same files count share a key, others do not", () => {
  const keys = [
    relevanceOf({ run: "x" }),
    relevanceOf({ run: "x", inputs: [] }),
    relevanceOf({ run: "x", inputs: ["a"] }),
    relevanceOf({ run: "x", when: { changed: ["docs"] } }),
    relevanceOf({ run: "x", when: { paths: ["docs"] } }),
    relevanceOf({ run: "x", when: { changed: [] } }),
    relevanceOf({ run: "x" }, { skip_on_doc_only: ["a"] }),
    relevanceOf({ run: "x" }, { optimizations: { skip_rules: [{ pattern: "a", steps: ["a"] }] } }),
    relevanceOf({ module: "m.mjs", inputs: ["a"] }),
  ].map(({ key }) => key());
  expect(new Set(keys).size).toBe(keys.length);
  expect(relevanceOf({ run: "other", when: { changed: ["code", "docs"] } }).key()).toBe(
    relevanceOf({ run: "x", when: { changed: ["docs", "code"] } }).key(),
  );
  expect(relevanceOf({ run: "x", when: { changed: ["docs"] } }).inputKey).toBe(relevanceOf({ run: "x" }).inputKey);
});
