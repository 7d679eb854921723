import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";
import { expect, onTestFinished, test } from "vitest";
import { ANSWERS_FOLDER } from "../src/ai/open-answer-cache.ts";
import { STATE_FOLDER_NAME } from "../src/state/state-folder-name.ts";
import { MODEL_FOLDER } from "../src/prediction/predict-steps.ts";
import { HISTORY_FILE, RESULTS_FOLDER } from "../src/state/state-directory.ts";
import { createRunRepository } from "./run-repository.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/ci-cache.md", import.meta.url), "utf8");

/** Relative to the repository, in the order of the document. */
const KEPT = [RESULTS_FOLDER, ANSWERS_FOLDER, HISTORY_FILE, MODEL_FOLDER].map((name) =>
  path.posix.join(STATE_FOLDER_NAME, name),
);

interface Github {
  readonly jobs: {
    readonly check: {
      readonly steps: readonly {
        readonly uses?: string;
        readonly if?: string;
        readonly with?: Readonly<Record<string, string>>;
      }[];
    };
  };
}

interface Gitlab {
  readonly check: {
    readonly cache: { readonly paths: readonly string[]; readonly policy: string; readonly unprotect?: boolean };
    readonly rules: readonly { readonly if: string; readonly variables?: Readonly<Record<string, string>> }[];
  };
}

function readBlock(comment: string): unknown {
  const blocks = [...DOCUMENT.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = ""]) => text);
  return load(blocks.find((text) => text.startsWith(`# ${comment}\n`)) ?? "");
}

test("the table of docs/ci-cache.md names the paths that are kept", () => {
  expect([...DOCUMENT.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name)).toEqual(KEPT);
});

test("the example for GitHub Actions restores and saves what is kept, and pull requests save nothing", () => {
  const { steps } = (readBlock(".github/workflows/check.yml") as Github).jobs.check;
  const [restore, save] = ["restore", "save"].map((part) =>
    steps.find(({ uses }) => uses?.startsWith(`actions/cache/${part}@`)),
  );
  expect(restore?.with?.["path"]?.trim().split("\n")).toEqual(KEPT);
  // The paths are part of what a cache is found by.
  expect(save?.with?.["path"]).toBe(restore?.with?.["path"]);
  expect(save?.with?.["key"]).toBe(restore?.with?.["key"]);
  expect(restore?.with?.["key"]?.startsWith(restore.with["restore-keys"] ?? "?")).toBe(true);
  expect(save?.if).toContain("github.event_name == 'push'");
});

test("the example for GitLab keeps the same, and merge requests from forks save nothing", () => {
  const { cache, rules } = (readBlock(".gitlab-ci.yml") as Gitlab).check;
  expect(cache.paths).toEqual(KEPT);
  expect(cache.unprotect).toBeUndefined();
  expect(cache.policy).toBe("$CACHE_POLICY");
  expect(rules[0]?.if).toContain("$CI_MERGE_REQUEST_SOURCE_PROJECT_ID != $CI_MERGE_REQUEST_PROJECT_ID");
  expect(rules[0]?.variables).toEqual({ CACHE_POLICY: "pull" });
});

test("a fresh checkout with nothing but those paths replays what passed, outputs and history included", async () => {
  const config = "steps:\n  build: { run: cat src/a.ts > made.out, inputs: [src/**], outputs: [made.out] }\n";
  const [first, second] = [createRunRepository(config), createRunRepository(config)];
  onTestFinished(() => [first, second].forEach(({ remove }) => remove()));
  const before = await first.run();
  expect(before.record.steps.map(({ outcome }) => outcome)).toEqual(["passed"]);
  for (const name of KEPT) {
    const from = path.join(first.directory, name);
    const to = path.join(second.directory, name);
    mkdirSync(path.dirname(to), { recursive: true });
    if (existsSync(from)) cpSync(from, to, { recursive: true });
  }
  const after = await second.run();
  expect(after.record.steps.map(({ outcome }) => outcome)).toEqual(["replayed"]);
  expect(second.read("made.out")).toBe("1\n");
  expect(second.read(path.join(STATE_FOLDER_NAME, HISTORY_FILE)).trim().split("\n")).toHaveLength(2);
});
