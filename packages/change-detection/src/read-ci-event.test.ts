import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCiEvent } from "./read-ci-event.ts";

const OID = "a".repeat(40);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-event-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(name: string, content: string): ReturnType<typeof readCiEvent> {
  const path = join(folder, "event.json");
  writeFileSync(path, content);
  return readCiEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: path });
}

describe("readCiEvent()", () => {
  test("gives the commit before a push and the base of a merge group", () => {
    expect(read("push", JSON.stringify({ before: OID }))).toEqual({ before: OID });
    expect(read("merge_group", JSON.stringify({ merge_group: { base_sha: OID } }))).toEqual({ mergeGroupBase: OID });
  });

  test.each([
    ["push", "{"],
    ["push", "null"],
    ["push", JSON.stringify({ before: "--upload-pack=x" })],
    ["push", JSON.stringify({ merge_group: { base_sha: OID } })],
    ["merge_group", JSON.stringify({ merge_group: "x" })],
    ["pull_request", JSON.stringify({ before: OID })],
  ])("an event that says nothing of the kind gives nothing: %s %s", (name, content) => {
    expect(Object.values(read(name, content)).filter((value) => value !== undefined)).toEqual([]);
  });

  test("a missing file gives nothing", () => {
    expect(readCiEvent({ GITHUB_EVENT_NAME: "push", GITHUB_EVENT_PATH: join(folder, "none.json") })).toEqual({});
    expect(readCiEvent({ GITHUB_EVENT_PATH: "x" })).toEqual({});
  });
});
