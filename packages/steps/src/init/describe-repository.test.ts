import { symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { createStepRepository } from "../../test/step-repository.ts";
import { describeRepository } from "./describe-repository.ts";

describe("describeRepository", () => {
  test("knows kind, units and services of continuous integration, by what git does not ignore", async () => {
    const repository = createStepRepository({
      "package.json": '{"private":true,"workspaces":["packages/*"]}',
      "packages/a/package.json": '{"name":"a","exports":"./a.js"}',
      "packages/a/a.js": "",
      "packages/b/package.json": '{"name":"b","exports":"./b.js"}',
      ".github/workflows/ci.yml": "on: push\n",
      ".gitignore": "out/\n",
      "out/package.json": '{"name":"c","bin":"c.js"}',
      "odd\nname/üñ.js": "",
    });
    try {
      const { project, ...facts } = await describeRepository(repository.directory);
      expect(project.languages).toEqual([{ language: "JavaScript", fileCount: 2 }]);
      expect(project.packageManagers).toMatchObject([{ name: "npm" }]);
      expect(facts).toEqual({
        kind: { kind: "nodejs_library", why: "2 of 2 packages are of this kind" },
        units: 2,
        workspaces: ["js"],
        ci: ["GitHub Actions"],
      });
    } finally {
      repository.close();
    }
  });

  test("without git the ignore files are read, and what was installed does not count", async () => {
    const repository = createStepRepository();
    try {
      repository.remove(".git");
      repository.write({
        "a.sh": "",
        "node_modules/x/index.js": "",
        "node_modules/x/package.json": '{"name":"x","main":"index.js"}',
        ".gitignore": "*.py\n",
        "a.py": "",
        "b.py": "",
      });
      expect(await describeRepository(repository.directory)).toMatchObject({
        kind: { kind: "shell_automation" },
        units: 0,
      });
    } finally {
      repository.close();
    }
  });

  test("a link that leads away is not read", async () => {
    const outside = createStepRepository({ "package.json": '{"bin":"a.js"}' });
    const repository = createStepRepository({ "a.js": "" });
    try {
      symlinkSync(path.join(outside.directory, "package.json"), path.join(repository.directory, "package.json"));
      expect(await describeRepository(repository.directory)).toMatchObject({ kind: { kind: "generic" } });
    } finally {
      repository.close();
      outside.close();
    }
  });
});
