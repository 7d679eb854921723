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
  files,
  relevances: new Map([["review", relevance]]),
  changed: changed === undefined ? undefined : { baseOid: "now", paths: changed, deleted: ["src/gone.ts", "lib/x.ts"] },
});
const none = new Map<string, string | null>();

test("a step asks about changed files that it names and that count, and as a whole about what is open since another commit", () => {
  const open = new Map([
    ["src/a.ts", "before"],
    ["src/b.ts", "now"],
    ["src/gone.ts", null],
  ]);
  const chosen = choosePaths(
    "review",
    action("changed"),
    preparation(["src/d.ts", "src/a.ts", "README.md", "src/c.md"]),
    open,
  );
  expect(chosen?.due).toEqual(
    new Map([
      ["src/a.ts", null],
      ["src/b.ts", "now"],
      ["src/d.ts", "now"],
    ]),
  );
  expect(chosen?.deleted).toEqual(["src/gone.ts"]);
});

test("a step that asks about everything, or where nobody knows what changed or is open, asks about all it names", () => {
  const all = new Map(["src/a.ts", "src/b.ts", "src/c.md", "src/d.ts"].map((file) => [file, null]));
  expect(choosePaths("review", action("all"), preparation([]), none)?.due).toEqual(all);
  expect(choosePaths("review", action("changed"), preparation(undefined), none)?.due).toEqual(all);
  expect(choosePaths("review", action("changed"), preparation([]), undefined)?.due).toEqual(all);
  expect(choosePaths("review", action("changed"), preparation([]), none)?.due).toEqual(none);
});

test("where it is unknown which files there are, nothing is chosen rather than no file", () => {
  for (const files of ["all", "changed"] as const) {
    expect(choosePaths("review", action(files), { ...preparation([]), files: undefined }, none)).toBeUndefined();
  }
});

test("where nothing is due it says why: nothing changed, all of it was deleted, or the step names nothing", () => {
  const why = (prepared: Parameters<typeof choosePaths>[2], kind: AiAction["files"] = "changed"): string | undefined =>
    choosePaths("review", action(kind), prepared, none)?.nothingDue;
  const changes = (deleted: readonly string[]): Parameters<typeof choosePaths>[2] => ({
    ...preparation([]),
    changed: { baseOid: "0123456789abcdef", paths: ["README.md", "src/c.md"], deleted },
  });
  expect(why(changes([]))).toBe("nothing was asked: nothing that counts for it changed since 01234567");
  expect(why(changes(["src/gone.ts"]))).toBe("nothing was asked: what changed for it was deleted");
  expect(why({ ...changes([]), files: [] })).toBe("nothing was asked: no file is among its inputs");
  expect(why({ ...changes([]), files: [] }, "all")).toBe("nothing was asked: no file is among its inputs");
  expect(why(preparation(["src/a.ts"]))).toBeUndefined();
  expect(why(changes([]), "all")).toBeUndefined();
});
