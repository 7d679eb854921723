import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { watchChildren, type ChildWatch } from "./watch-children.ts";

let watch: ChildWatch | undefined;
afterEach(() => watch?.close());

const node = (script: string) => spawn(process.execPath, ["-e", script], { stdio: ["pipe", "ignore", "ignore"] });

describe("watchChildren()", () => {
  test("tells the end of a child before whoever started it hears of it, and gives it once", async () => {
    const heard: string[] = [];
    let nowMs = 5;
    watch = watchChildren(
      () => heard.push("watch"),
      () => nowMs,
    );
    const child = node("process.stdin.resume()");
    nowMs = 90;
    child.once("exit", () => heard.push("starter"));
    expect(watch.takeEnded(() => true)).toEqual([]);
    child.stdin.end();
    await once(child, "exit");
    expect(heard).toEqual(["watch", "starter"]);
    expect(watch.takeEnded(() => true)).toEqual([{ pid: child.pid, startedMs: 5 }]);
    expect(watch.takeEnded(() => false)).toEqual([]);
  });

  test("a child that is gone counts as ended before that was told, and not again then", async () => {
    watch = watchChildren(
      () => {},
      () => 7,
    );
    const child = node("process.stdin.resume()");
    expect(watch.takeEnded((pid) => pid !== child.pid)).toEqual([{ pid: child.pid, startedMs: 7 }]);
    child.stdin.end();
    await once(child, "exit");
    expect(watch.takeEnded(() => true)).toEqual([]);
  });

  test("who cannot be started is no child, and its error is still told to whoever started it", async () => {
    let ends = 0;
    watch = watchChildren(
      () => (ends += 1),
      () => 0,
    );
    const failed = new Promise<unknown>((resolve) => execFile("/nowhere/to/be/found", resolve));
    expect(watch.takeEnded(() => true)).toEqual([]);
    expect(await failed).toMatchObject({ code: "ENOENT" });
    expect(ends).toBe(0);
  });

  test("after the end nothing is told, and others are not disturbed", async () => {
    let ends = 0;
    watch = watchChildren(
      () => (ends += 1),
      () => 0,
    );
    const child = node("process.stdin.resume()");
    watch.close();
    watch.close();
    child.stdin.end();
    await once(child, "exit");
    expect(spawnSync(process.execPath, ["--version"]).status).toBe(0);
    expect(ends).toBe(0);
    expect(watch.takeEnded(() => false)).toEqual([]);
  });
});
