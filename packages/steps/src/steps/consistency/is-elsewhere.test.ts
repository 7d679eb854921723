import { expect, test } from "vitest";
import { isElsewhere } from "./is-elsewhere.ts";

test.each([
  ["CHANGELOG.md", true],
  ["packages/a/HISTORY.md", true],
  ["docs/CHANGELOG-2.x.md", true],
  ["RELEASE_NOTES.md", true],
  ["docs/release-process.md", false],
  [".changeset/brave-cats.md", true],
  [".github/ISSUE_TEMPLATE/bug.md", true],
  ["test/source/_posts/links.markdown", true],
  ["packages/a/__tests__/input.md", true],
  ["tests/README.md", false],
  ["packages/a/test/CONTRIBUTING.md", false],
  ["docs/test/snapshots.md", false],
  ["docs/changes-of-state.md", false],
  ["testing.md", false],
])("%s: %j", (file, isIt) => {
  expect(isElsewhere(file)).toBe(isIt);
});
