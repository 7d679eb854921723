import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLinkGuard } from "./link-guard.ts";

let root = "";
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "link-guard-"));
  mkdirSync(join(folder, "real/deep"), { recursive: true });
  // The way to the root itself may lead over links.
  symlinkSync("real", join(folder, "root"));
  root = join(folder, "root");
});
afterEach(() => rmSync(join(root, ".."), { recursive: true }));

test("only a link above the path and below the root counts", () => {
  writeFileSync(join(root, "deep/file"), "");
  symlinkSync("deep", join(root, "link"));
  symlinkSync("loop", join(root, "loop"));
  const isBehindLink = createLinkGuard(root);
  const answers = ["link", "deep/file", "missing/file", "deep/file/x", "link/file", "link/a/b", "loop/x"].map(
    (path) => [path, isBehindLink(`${root}/${path}`), isBehindLink(Buffer.from(`${root}/${path}`))] as const,
  );
  expect(answers.filter(([, text, bytes]) => text !== bytes)).toEqual([]);
  expect(answers.filter(([, answer]) => answer).map(([path]) => path)).toEqual(["link/file", "link/a/b", "loop/x"]);
});
