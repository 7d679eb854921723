import { expect, test } from "vitest";
import type { AiAction } from "../config/workflow.ts";
import type { Relevance } from "../selection/relevance.ts";
import { choosePaths } from "./choose-paths.ts";

const action = (files: AiAction["files"]): AiAction => ({
  kind: "ai",
  prompt: "p",
  persona: undefined,
  files,
  failOn: undefined,
  minConfidence: 0,
  maxFindings: 1,
  variables: {},
});
const relevance = {
  isNamed: (file: string) => file.startsWith("src/"),
  judge: (file: string) => (file.endsWith(".md") ? { counts: false, rule: "when", because: "" } : { counts: true }),
} as unknown as Relevance;
const files = ["README.md", "src/a.ts", "src/b.ts", "src/c.md", "src/d.ts"].map((path) => ({ path, mode: "", id: "" }));
const preparation = (changed: readonly string[] | undefined): Parameters<typeof choosePaths>[2] => ({
  files: files as never,
  relevances: new Map([["review", relevance]]),
  changed: changed === undefined ? undefined : { baseOid: "b", paths: changed },
});

test("a step asks about changed files that it names and that count, and about what is still open", () => {
  const chosen = choosePaths(
    "review",
    action("changed"),
    preparation(["src/d.ts", "README.md", "src/c.md", "src/gone.ts"]),
    ["src/a.ts", "src/gone.ts"],
  );
  expect(chosen).toEqual(["src/a.ts", "src/d.ts"]);
});

test("a step that asks about everything, or where nobody knows what changed, asks about all it names", () => {
  const all = ["src/a.ts", "src/b.ts", "src/c.md", "src/d.ts"];
  expect(choosePaths("review", action("all"), preparation([]), [])).toEqual(all);
  expect(choosePaths("review", action("changed"), preparation(undefined), [])).toEqual(all);
  expect(choosePaths("review", action("changed"), preparation([]), [])).toEqual([]);
});
