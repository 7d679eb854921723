import { afterEach, beforeEach, expect, test } from "vitest";
import { createStepRepository, type StepRepository } from "../../test/step-repository.ts";
import { createSubmoduleLookup } from "./create-submodule-lookup.ts";

let repository: StepRepository;
beforeEach(() => {
  repository = createStepRepository();
});
afterEach(() => repository.close());

test("createSubmoduleLookup() knows what is in submodules that are not checked out, and nothing else", () => {
  expect(createSubmoduleLookup(repository.directory)("lib/a")).toBe(false);
  repository.write({
    ".gitmodules":
      '[submodule "a"]\n\tpath = lib/a\n\turl = ../a\n[submodule "b"]\r\n\tpath = "with space"\r\n[submodule "c"]\n\tpath = there\n',
    "there/a.md": "",
  });
  const isLeftOut = createSubmoduleLookup(repository.directory);
  expect(["lib/a", "lib/a/b/c.md", "with space/x"].map((file) => isLeftOut(file))).toEqual([true, true, true]);
  expect(["lib", "lib/ab", "there/gone.md", "path"].map((file) => isLeftOut(file))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
