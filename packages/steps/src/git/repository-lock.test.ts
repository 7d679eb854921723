import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockRepository } from "./repository-lock.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (): string => path.join(folder, "ai-workflow.lock");
/** No process has this id: it is above what any system gives. */
const NOBODY = 2 ** 30;

test("lockRepository() is held by one at a time, and gives way when it is released", async () => {
  const order: string[] = [];
  await Promise.all(
    ["a", "b", "c", "d"].map(async (name) => {
      const lock = await lockRepository(folder, 60_000);
      if (lock.status !== "held") throw new Error("not held");
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
      lock.release();
    }),
  );
  expect(order).toHaveLength(8);
  for (let index = 0; index < order.length; index += 2) {
    expect(order[index + 1]).toBe(order[index]?.replace("begins", "ends"));
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("lockRepository() waits no longer than it may, and leaves the lock of the other alone", async () => {
  const first = await lockRepository(folder, 0);
  const content = readFileSync(file(), "utf8");
  expect(await lockRepository(folder, 150)).toEqual({ status: "taken", file: file() });
  expect([readdirSync(folder), readFileSync(file(), "utf8")]).toEqual([["ai-workflow.lock"], content]);
  if (first.status === "held") first.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["whose process is gone", () => `${hostname()} ${NOBODY} 1 x`],
  ["whose process another has taken the id of", () => `${hostname()} ${process.pid} 1 x`],
  ["that holds nothing", () => ""],
  ["that holds anything", () => `${hostname()} \u001B x`],
])("lockRepository() takes a lock %s for none", async (name, content) => {
  // Only Linux tells when a process began.
  if (name.includes("taken") && process.platform !== "linux") return;
  writeFileSync(file(), content());
  const lock = await lockRepository(folder, 0);
  expect(lock.status).toBe("held");
  if (lock.status === "held") lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("lockRepository() takes nobody's lock on another machine, and holds nothing up where it cannot write", async () => {
  writeFileSync(file(), `elsewhere ${NOBODY} 1 x`);
  expect((await lockRepository(folder, 0)).status).toBe("taken");
  expect((await lockRepository(path.join(folder, "none"), 0)).status).toBe("held");
});

test("lockRepository() does not take away a lock that is not its own any more", async () => {
  const lock = await lockRepository(folder, 0);
  writeFileSync(file(), "elsewhere 1 1 x");
  if (lock.status === "held") lock.release();
  expect(readFileSync(file(), "utf8")).toBe("elsewhere 1 1 x");
});
