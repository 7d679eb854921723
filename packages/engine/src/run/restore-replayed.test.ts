import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { createRunRepository, type RunRepository } from "../../test/run-repository.ts";

let repository: RunRepository | undefined;
afterEach(() => {
  repository?.remove();
  repository = undefined;
});

test.each([true, false])("what was restored before steps ran is nobody's edit, strict: %s", async (strict) => {
  repository = createRunRepository(`steps:
  build: { run: "mkdir -p made; echo built > made/a.txt", inputs: ["src/**"], outputs: ["made/**"] }
  check: { run: "echo check", when: { always: true }, inputs: ["src/**"] }
`);
  const { run, read, directory } = repository;
  expect((await run({ strict })).record.status).toBe("passed");
  rmSync(path.join(directory, "made"), { recursive: true });
  const { record } = await run({ strict });
  expect(record.steps.map(({ id, outcome, message }) => [id, outcome, message])).toEqual([
    ["build", "replayed", undefined],
    ["check", "passed", undefined],
  ]);
  expect(read("made/a.txt")).toBe("built\n");
  expect(record.notices.filter(({ code }) => code === "files-edited")).toEqual([]);
});
