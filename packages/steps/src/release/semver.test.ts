import fc from "fast-check";
import { expect, test } from "vitest";
import { bumpOf, farthestBump } from "./judge-commits.ts";
import { findReleaseFlow } from "./release-flow.ts";
import { compareVersions, formatVersion, nextVersion, parseVersion } from "./semver.ts";
import { findVersion, withVersion } from "./version-field.ts";

const version = fc.record({ major: fc.nat(99), minor: fc.nat(99), patch: fc.nat(99) });

test("versions are read as they are written, and the next one is later", () => {
  fc.assert(
    fc.property(version, fc.constantFrom("major" as const, "minor" as const, "patch" as const), (one, bump) => {
      expect(parseVersion(formatVersion(one))).toEqual(one);
      expect(parseVersion(`v${formatVersion(one)}`)).toEqual(one);
      expect(compareVersions(nextVersion(one, bump), one)).toBeGreaterThan(0);
    }),
  );
  expect(["1.2", "01.2.3", "1.2.3-rc.1", "v1.2.3 ", undefined].map((text) => parseVersion(text))).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
  expect(formatVersion(nextVersion({ major: 0, minor: 3, patch: 4 }, "major"))).toBe("0.4.0");
});

test.each([
  ["feat: a", "minor"],
  ["feat(a)!: b", "major"],
  ["chore: a\n\nBREAKING CHANGE: b", "major"],
  ["Fix(a): b", "patch"],
  ["docs: a", undefined],
  ["feature: a", undefined],
  ["a feat: b", undefined],
  ["feat:a", undefined],
])("bumpOf(%j) is %j", (message, bump) => {
  expect(bumpOf(message)).toBe(bump);
});

test("farthestBump() is that of any order", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(["feat: a", "fix: b", "docs: c", "fix!: d"], { minLength: 1 }), (messages) => {
      const expected = messages.includes("fix!: d")
        ? "major"
        : messages.includes("feat: a")
          ? "minor"
          : messages.includes("fix: b")
            ? "patch"
            : undefined;
      expect(farthestBump(messages)).toBe(expected);
    }),
  );
});

test.each([
  ["package.json", '{\n  "version" : "1.2.3",\n  "x": { "version": "9" }\n}\n', "1.2.3"],
  ["package.json", '{ "x": { "version": "9.9.9" } }', undefined],
  ["package.json", '{ "version": "1.2.', undefined],
  ["package.json", `{ "version": "1.2.3", "x": ${"[".repeat(100_000)}${"]".repeat(100_000)} }`, undefined],
  ["Cargo.toml", '[dependencies]\nversion = "9"\n[package]\nname = "a"\nversion = "1.2.3" # x\n', "1.2.3"],
  ["Cargo.toml", "[package]\nversion.workspace = true\n", undefined],
  ["pyproject.toml", "[project]\nversion = '1.2.3'\n[tool.x]\nversion = '9'\n", "1.2.3"],
  ["VERSION", "1.2.3\n", "1.2.3"],
])("findVersion() in %s %.40j is %j, and only that is replaced", (file, text, expected) => {
  const field = findVersion(file, text);
  expect(field?.version).toBe(expected);
  if (field !== undefined) expect(withVersion(text, field, "1.3.0")).toBe(text.replace("1.2.3", "1.3.0"));
});

test("findVersion() never throws", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.constantFrom("package.json", "Cargo.toml", "VERSION"),
      (text, file) => {
        const field = findVersion(file, text);
        if (field !== undefined && file !== "package.json")
          expect(text.slice(field.start, field.end)).toBe(field.version);
      },
    ),
  );
});

test.each([
  [[".changeset/config.json", ".releaserc"], undefined, "changesets"],
  [["release-please-config.json"], undefined, "foreign"],
  [["release.config.cjs"], undefined, "foreign"],
  [["package.json"], '{ "release": { "branches": ["main"] } }', "foreign"],
  [["package.json"], '{ "scripts": { "release": "x" } }', "commits"],
  [["docs/.releaserc"], "{", "commits"],
])("findReleaseFlow() of %j with %j is %s", (files, manifest, kind) => {
  expect(findReleaseFlow(files, manifest).kind).toBe(kind);
});
