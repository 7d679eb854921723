import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { askToolsOf, type ToolAnswers } from "./ask-tools.ts";

let directory = "";
beforeEach(() => (directory = mkdtempSync(path.join(tmpdir(), "tools-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function ask(tool: string, timeoutMs?: number): Promise<ToolAnswers> {
  return askToolsOf([{ id: "a", tools: [tool] }], {
    directory,
    environment: { PATH: process.env["PATH"] },
    timeoutMs,
  });
}

test("the same output on the same stream is the same version", async () => {
  const version = async (tool: string): Promise<string | undefined> => (await ask(tool)).versions.get(tool);
  const one = await version("echo 1");
  expect(one).toBeDefined();
  expect(await version("echo 1")).toBe(one);
  expect(await version("echo 2")).not.toBe(one);
  expect(await version("echo 1 >&2")).not.toBe(one);
});

test("tools of the target come first on the path", async () => {
  mkdirSync(path.join(directory, "node_modules/.bin"), { recursive: true });
  writeFileSync(path.join(directory, "node_modules/.bin/own"), "#!/bin/sh\npwd > where\n", { mode: 0o755 });
  expect((await ask("own")).unknown.size).toBe(0);
  expect(existsSync(path.join(directory, "where"))).toBe(true);
});

test.each([
  ["exit 3", "it exited with 3"],
  ["kill -9 $$", "it was ended by SIGKILL"],
  ["yes", "it printed more than 1048576 bytes"],
])("`%s` tells no version: %s", async (tool, problem) => {
  const first = await ask(tool);
  expect(first.unknown.get("a")).toBe(`its tool \`${tool}\` could not be asked: ${problem}`);
  expect((await ask(tool)).versions.get(tool)).not.toBe(first.versions.get(tool));
});

test("a tool that takes too long is ended with its children", async () => {
  const answers = await ask("sleep 1000 & echo $! > child; wait", 500);
  expect(answers.unknown.get("a")).toContain("it took longer than 500 ms");
  const pid = Number(readFileSync(path.join(directory, "child"), "utf8"));
  const isGone = (): boolean => {
    try {
      return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.startsWith("Z") ?? true;
    } catch {
      return true;
    }
  };
  await expect.poll(isGone).toBe(true);
});

test("a run that is cancelled asks nothing, and stops asking", async () => {
  const cancelled = { directory, environment: { PATH: process.env["PATH"] }, signal: AbortSignal.abort() };
  const steps = [{ id: "a", tools: ["touch asked"] }];
  expect((await askToolsOf(steps, cancelled)).unknown.get("a")).toContain("the run was cancelled");
  expect(existsSync(path.join(directory, "asked"))).toBe(false);
  const controller = new AbortController();
  const asked = askToolsOf([{ id: "a", tools: ["sleep 1000"] }], { ...cancelled, signal: controller.signal });
  controller.abort();
  expect((await asked).unknown.get("a")).toContain("the run was cancelled");
});
