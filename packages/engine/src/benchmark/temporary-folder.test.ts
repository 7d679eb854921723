import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { createTemporaryFolder } from "./temporary-folder.ts";

test("createTemporaryFolder() removes what ended processes left, and nothing else", () => {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "temporary-folder-")));
  try {
    const { pid: ended } = spawnSync("true");
    const make = (name: string): string => {
      mkdirSync(path.join(parent, name, "deep"), { recursive: true });
      return path.join(parent, name);
    };
    const abandoned = make(`ai-workflow-bench-${ended}-abcdef`);
    const alive = make(`ai-workflow-bench-${process.ppid}-abcdef`);
    const others = [make("ai-workflow-bench-x"), make(`my-ai-workflow-bench-${ended}-a`), make("other")];
    const link = path.join(parent, `ai-workflow-bench-${ended}-link`);
    symlinkSync(path.join(parent, "other"), link);
    const folder = createTemporaryFolder(parent);
    expect(existsSync(abandoned)).toBe(false);
    for (const kept of [alive, ...others, link, path.join(parent, "other", "deep")])
      expect(existsSync(kept)).toBe(true);
    expect(path.dirname(folder.path)).toBe(parent);
    folder.remove();
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  } finally {
    rmSync(parent, { recursive: true });
  }
});
