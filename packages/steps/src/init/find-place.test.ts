import path from "node:path";
import { describe, expect, test } from "vitest";
import { createStepRepository } from "../../test/step-repository.ts";
import { findPlace } from "./find-place.ts";

describe("findPlace", () => {
  test("the branch is that of the remote, else the usual one, else the present one", async () => {
    const repository = createStepRepository({ "services/a/a.txt": "" });
    try {
      const { directory, git } = repository;
      const folder = path.join(directory, "services/a");
      expect(await findPlace(folder)).toEqual({ top: directory, target: "services/a", branch: "main" });
      git("switch", "--quiet", "--create", "work");
      expect(await findPlace(directory)).toEqual({ top: directory, target: "", branch: "main" });
      git("branch", "--delete", "--force", "main");
      expect(await findPlace(directory)).toMatchObject({ branch: "work" });
      git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
      expect(await findPlace(directory)).toMatchObject({ branch: "trunk" });
      // In a workflow it would mean other branches as well.
      git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/a+b");
      expect(await findPlace(directory)).toMatchObject({ branch: "main" });
      repository.remove(".git");
      expect(await findPlace(folder)).toEqual({ top: folder, target: "", branch: "main" });
    } finally {
      repository.close();
    }
  });
});
