import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { createStepRepository } from "../../test/step-repository.ts";
import { createGitReader } from "./create-git-reader.ts";

test("answers as git does", async () => {
  const repository = createStepRepository({ "a.md": "text\n" });
  try {
    repository.commit();
    const git = createGitReader(repository.directory);
    expect(await git(["ls-files"])).toMatchObject({ status: "ended", code: 0, stdout: "a.md\n" });
    expect(await git(["check-ignore", "--stdin"], { input: "a.md\n" })).toMatchObject({ code: 1, stdout: "" });
  } finally {
    repository.close();
  }
});

test.skipIf(process.platform === "win32")(
  "gives up a git that waits for a pipe, says so, and asks no more",
  async () => {
    const repository = createStepRepository({ "a.md": "text\n", "folder/b.md": "text\n" });
    try {
      repository.commit();
      repository.write({ "a.md": "tent\n", "folder/b.md": "tent\n" });
      execFileSync("mkfifo", [path.join(repository.directory, ".gitattributes")]);
      const git = createGitReader(path.join(repository.directory, "folder"), 1_000);
      const end = await git(["status", "--porcelain"]);
      const hangs = "git did not answer within 1 second: ../.gitattributes is a pipe, into which nobody writes";
      expect(end).toMatchObject({ status: "ended", isTimedOut: true, hangs });
      // This one would answer.
      expect(await git(["rev-parse", "HEAD"])).toBe(end);
    } finally {
      repository.close();
    }
  },
);
