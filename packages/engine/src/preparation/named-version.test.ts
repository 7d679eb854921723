import { expect, test } from "vitest";
import { findVersion, namedVersion } from "./named-version.ts";

test.each([
  ["v20.20.2\n", "20.20.2"],
  ["Version 5.4.5\n", "5.4.5"],
  ["cargo 1.77.0 (3fe68eabf 2024-02-29)\n", "1.77.0"],
  ["go version go1.22.1 linux/amd64\n", "1.22.1"],
  ['openjdk version "17.0.9" 2023-10-17\n', "17.0.9"],
  ["Python 3.11.2\n", "3.11.2"],
  ["11.0.0-rc.1+build.5\n", "11.0.0-rc.1"],
  ["git version 2.39.5 (Apple Git-154)\n", "2.39.5"],
  ["Docker version 27.3.1, build ce12230\n", "27.3.1"],
  ["no number with a dot: 7\n", undefined],
  ["", undefined],
])("%j names %s", (text, version) => {
  expect(findVersion(text)).toBe(version);
});

test("an answer without a version names none", () => {
  expect(namedVersion("abc 1.2.3")).toBe("1.2.3");
  expect(namedVersion("abc")).toBeUndefined();
  expect(namedVersion("unknown:0b4bd7ef")).toBeUndefined();
});
