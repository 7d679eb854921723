import fc from "fast-check";
import { expect, test } from "vitest";
import { parseVersion, type Version } from "../../release/semver.ts";
import { findVersionEntry } from "./find-version-entry.ts";

const kindOf = (version: string, ...lines: readonly string[]): string =>
  findVersionEntry(lines.join("\n"), parseVersion(version) as Version).kind;

test.each([
  "## 1.2.3",
  "## [1.2.3] - 2020-01-01",
  "## [v1.2.3](https://example.com/compare/v1.2.2...v1.2.3)",
  "v1.2.3 / 2020-01-01",
  "v.1.2.3",
  "1.2.3:",
  "**1.2.3**",
  "* 1.2.3",
  '<a name="1.2.3"></a>',
  "## tool 1.2.3",
  "## Version 1.2.3 2020-01-01",
  "2020-01-01: Version 1.2.3",
  "### [ [>](https://example.com/v1.2.3) ] 1.2.3 / 01.02.2020",
  "## 1.2.1 – 1.2.3",
  "#### 1.2.3-6",
])("findVersionEntry() finds the entry in %j, wherever it is", (line) => {
  expect(kindOf("1.2.3", line, "text", "## 1.0.0")).toBe("there");
  expect(kindOf("1.2.3", "## 1.0.0", "text", "## 1.1.0", line)).toBe("there");
  expect(kindOf("1.2.4", "## 1.0.1", line)).toBe("missing");
});

test("findVersionEntry() finds it in headings of other words", () => {
  expect(kindOf("1.2.3", "## Changes of the release that is called 1.2.3", "## 1.0.0", "## 1.0.1")).toBe("there");
  expect(kindOf("1.2.3", "The fine one: 1.2.3", "-----", "## 1.0.0", "## 1.0.1")).toBe("there");
});

test("findVersionEntry() asks for nothing where no versions are listed, or where what is unreleased has its section", () => {
  expect(kindOf("1.2.3", "# Changes", "See the releases of 2.0.0.")).toBe("no-list");
  expect(kindOf("1.2.3", "# Changes in 4.x", "# Changes in 3.x")).toBe("no-list");
  expect(kindOf("1.2.3", "## [Unreleased](https://example.com/v1.2.3...main)", "## 1.2.2", "## 1.2.1")).toBe(
    "unreleased",
  );
  expect(kindOf("1.2.3", "## 1.2.2", "## 1.2.1", "## Unreleased")).toBe("missing");
});

test("findVersionEntry() asks for patch releases only where some are told", () => {
  expect(kindOf("1.2.3", "## 1.2.0", "## 1.1.0")).toBe("there");
  expect(kindOf("1.2.3", "## 1.2", "## 1.1")).toBe("there");
  expect(kindOf("1.3.3", "## 1.2.0", "## 1.1.0")).toBe("missing");
  expect(kindOf("1.3.0", "## 1.2.0", "    1.3 sec to complete", "## 1.1.0")).toBe("missing");
  expect(kindOf("1.2.3", "## 1.2.0", "## 1.1.1")).toBe("missing");
});

test("findVersionEntry() takes other numbers and addresses for no entry, and tells the first", () => {
  const text = [
    "# Log",
    "",
    "## 1.2.30",
    "## 11.2.3",
    "See https://example.com/v1.2.3",
    "UPDATED other to 1.2.3",
    "[x]: https://example.com/1.2.3",
  ];
  expect(findVersionEntry(text.join("\n"), { major: 1, minor: 2, patch: 3 })).toEqual({ kind: "missing", line: 3 });
});

test("findVersionEntry() reads anything", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      findVersionEntry(`${text}\n## 1.2.3\n${text}`, { major: 1, minor: 2, patch: 3 });
    }),
  );
});
