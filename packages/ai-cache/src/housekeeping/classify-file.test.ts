import { expect, test } from "vitest";
import { classifyFile, type FileKind } from "./classify-file.ts";

const KEY = "ab".padEnd(64, "0");
const UUID = "01234567-89ab-cdef-0123-456789abcdef";

test.each<[FileKind, string | undefined, string]>([
  ["entry", "ab", `${KEY}.json`],
  ["misplaced", "ac", `${KEY}.json`],
  ["misplaced", undefined, `${KEY}.json`],
  ["lock", "ab", `${KEY}.lock`],
  ["temporary", "ab", `${KEY}.lock.${UUID}`],
  ["temporary", "ab", `${KEY}.${UUID}.12.tmp`],
  ["unknown", "ab", `${KEY}.JSON`],
  ["unknown", "ab", `${KEY}.json.bak`],
  ["unknown", "ab", "notes.tmp"],
  ["unknown", "zz", `${KEY}.json`],
  ["state", undefined, "index.json"],
  ["state", undefined, "size.log"],
  ["state", undefined, "cleanup.stamp"],
  ["state", undefined, ".gitignore"],
  ["lock", undefined, "stats.lock"],
  ["lock", undefined, "cleanup.lock"],
  ["temporary", undefined, `index.json.${UUID}.tmp`],
  ["temporary", undefined, `size.log.${UUID}.tmp`],
  ["temporary", undefined, `stats.lock.${UUID}`],
  ["unknown", undefined, "indexXjson"],
  ["unknown", undefined, `index.json.${UUID}.tmp.txt`],
  ["unknown", undefined, "readme.md"],
  ["state", "stats.d", `77-${UUID}-3.json`],
  ["temporary", "stats.d", `77-${UUID}-3.json.tmp`],
  ["unknown", "stats.d", "notes.json"],
  ["state", "explain", `${KEY}.json`],
  ["temporary", "explain", `${KEY}.${UUID}.tmp`],
  ["unknown", "explain", "index.json"],
])("classifyFile() takes for %s in folder %s the file %s", (kind, folder, name) => {
  expect(classifyFile(folder, name)).toBe(kind);
});
