import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "@ai-workflow/engine";
import { streamLogs } from "./stream-logs.ts";

let folder = "";
beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(path.join(tmpdir(), "stream-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const event = (value: object): RunEvent => value as RunEvent;

test("prints whole lines as they come, each with its step, and the rest at the end", () => {
  let shown = "";
  const stream = streamLogs((text) => (shown += text));
  stream.note(event({ type: "decided", stateDirectory: folder }));
  for (const id of ["a", "b"]) stream.note(event({ type: "step-started", stepId: id, log: `${id}.log` }));
  vi.advanceTimersByTime(200);
  expect(shown).toBe("");
  const write = (id: string, text: string | Uint8Array): void => {
    appendFileSync(path.join(folder, `${id}.log`), text);
    vi.advanceTimersByTime(100);
  };
  write("a", "one\ntw");
  write("b", "\u001B[31mred\u001B[0m\n::error::no\n");
  write("a", "o\n");
  expect(shown).toBe("a | one\nb | red\nb | : :error::no\na | two\n");
  shown = "";
  // A character in two parts, and a line without an end.
  const umlaut = Buffer.from("ü");
  write("a", umlaut.subarray(0, 1));
  write("a", umlaut.subarray(1));
  stream.note(event({ type: "step-finished", step: { id: "a" } }));
  expect(shown).toBe("a | ü\n");
  shown = "";
  write("b", `${"x".repeat(200_000)}\n`);
  const parts = shown.trimEnd().split("\n");
  expect(parts.every((line) => line.startsWith("b | x"))).toBe(true);
  expect(parts.map((line) => line.slice(4)).join("")).toBe("x".repeat(200_000));
  write("b", "open");
  stream.stop();
  expect(shown.endsWith("b | open\n")).toBe(true);
});

test("of a line that does not end at most one part is kept back, however much of it there is", () => {
  let shown = "";
  const stream = streamLogs((text) => (shown += text));
  stream.note(event({ type: "decided", stateDirectory: folder }));
  stream.note(event({ type: "step-started", stepId: "a", log: "a.log" }));
  for (let count = 1; count <= 5; count++) {
    appendFileSync(path.join(folder, "a.log"), "x".repeat(1_000_000));
    vi.advanceTimersByTime(100);
    const told = shown.replaceAll(/a \| |\n/g, "").length;
    expect(told).toBeGreaterThanOrEqual(count * 1_000_000 - 4_096);
  }
  stream.stop();
});
