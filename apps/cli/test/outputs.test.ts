/** What steps leave: stored with their success, restored when they are replayed. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import { createWorkspace, type Workspace } from "./support/create-workspace.ts";
import { expectOutcomes } from "./support/expect-outcome.ts";
import { expectRefusal } from "./support/expect-refusal.ts";
import { lastRecord } from "./support/records.ts";
import { runCli } from "./support/run-cli.ts";

const CONFIG = ".workflow-config.yaml";

/** `build` makes `dist` of `src`, `test` looks at both. */
function createBuild(): Workspace {
  return createWorkspace({
    files: {
      [CONFIG]: `steps:
  build:
    run: mkdir -p dist/deep; cat src/*.txt > dist/all.txt; echo '#!/bin/sh' > dist/deep/run; chmod +x dist/deep/run
    inputs: ["src/**"]
    outputs: ["dist/"]
  test:
    run: grep -q one dist/all.txt; test -x dist/deep/run; echo "$(cat spec.txt)"
    inputs: ["spec.txt"]
    uses: [build]
`,
      "src/a.txt": "one\n",
      "spec.txt": "1\n",
      ".gitignore": "dist\n",
    },
  });
}

test("a replayed step has its outputs restored: what is gone comes back, what was added or changed goes", async () => {
  using workspace = createBuild();
  expectOutcomes(await runCli(workspace, ["run"]), { build: "passed", test: "passed" });
  rmSync(workspace.file("dist/deep"), { recursive: true });
  workspace.write({ "dist/all.txt": "changed\n", "dist/added.txt": "added\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { build: "replayed", test: "replayed" });
  expect(workspace.read("dist/all.txt")).toBe("one\n");
  expect(statSync(workspace.file("dist/deep/run")).mode & 0o111).not.toBe(0);
  expect(existsSync(workspace.file("dist/added.txt"))).toBe(false);
});

test("a step that uses another one's outputs gets them from the store, and the other does not run", async () => {
  using workspace = createBuild();
  await runCli(workspace, ["run"]);
  rmSync(workspace.file("dist"), { recursive: true });
  workspace.write({ "spec.txt": "2\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { build: "replayed", test: "passed" });
  rmSync(workspace.file("dist"), { recursive: true });
  workspace.write({ "spec.txt": "3\n" });
  const only = await runCli(workspace, ["run", "test"]);
  expectOutcomes(only, { build: "replayed", test: "passed" });
  expect(only.stdout).toMatch(/^build .* test runs and uses its results, which are those of run /m);
});

test("an earlier state of the sources brings its outputs back", async () => {
  using workspace = createBuild();
  await runCli(workspace, ["run"]);
  workspace.write({ "src/a.txt": "one and two\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { build: "passed", test: "passed" });
  expect(workspace.read("dist/all.txt")).toBe("one and two\n");
  workspace.write({ "src/a.txt": "one\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { build: "replayed", test: "replayed" });
  expect(workspace.read("dist/all.txt")).toBe("one\n");
});

test("where the stored outputs are gone or damaged, the step runs and says why", async () => {
  using workspace = createBuild();
  await runCli(workspace, ["run"]);
  rmSync(workspace.file("dist"), { recursive: true });
  const blobs = workspace.file(".workflow/results/blobs");
  const [pair = ""] = readdirSync(blobs);
  const [blob = ""] = readdirSync(`${blobs}/${pair}`);
  workspace.write({ [`.workflow/results/blobs/${pair}/${blob}`]: "damaged" });
  const damaged = await runCli(workspace, ["run"]);
  expectOutcomes(damaged, { build: "passed", test: "passed" });
  expect(damaged.stderr).toContain("what build left cannot be restored, so it runs");
  rmSync(workspace.file("dist"), { recursive: true });
  rmSync(blobs, { recursive: true });
  const gone = await runCli(workspace, ["run"]);
  expectOutcomes(gone, { build: "passed", test: "passed" });
  expect(lastRecord(workspace).steps[0]?.decision.reason).toBe("outputs-missing");
});

test("a step that leaves nothing where it says it does is not kept, and says so", async () => {
  using workspace = createWorkspace({
    files: { [CONFIG]: 'steps: { build: { run: "true", outputs: ["dist/"] } }\n', "a.txt": "1\n" },
  });
  const run = await runCli(workspace, ["run"]);
  expectOutcomes(run, { build: "passed" });
  expect(run.stderr).toContain("build passed, but is not kept for replay: nothing matches its outputs dist/");
  expectOutcomes(await runCli(workspace, ["run"]), { build: "passed" });
});

test("outputs that git tracks make their step neither due nor unkept", async () => {
  using workspace = createWorkspace({
    files: {
      [CONFIG]: 'steps: { toc: { run: "wc -l < docs/a.md > docs/toc.txt", outputs: ["docs/toc.txt"] } }\n',
      "docs/a.md": "# A\n",
      "docs/toc.txt": "0\n",
    },
  });
  expectOutcomes(await runCli(workspace, ["run"]), { toc: "passed" });
  expectOutcomes(await runCli(workspace, ["run"]), { toc: "replayed" });
  workspace.write({ "docs/toc.txt": "edited by hand\n" });
  expectOutcomes(await runCli(workspace, ["run"]), { toc: "replayed" });
  expect(workspace.read("docs/toc.txt").trim()).toBe("1");
});

test.each([
  ["../out/", "must not lead out"],
  ["/out", "must be relative"],
  ["!dist/", "must begin with a glob that does not negate"],
])("outputs %j are refused", async (glob, words) => {
  using workspace = createWorkspace({ files: { [CONFIG]: `steps: { a: { run: "true", outputs: ["${glob}"] } }\n` } });
  expectRefusal(await runCli(workspace, ["run"]), "ENGINE_CONFIG_INVALID", words);
});
