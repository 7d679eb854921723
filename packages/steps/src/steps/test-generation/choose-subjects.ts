/** What a file of tests looks like, in the languages that have a custom. */
const TEST =
  /(?:^|\/)(?:__tests__|tests?|specs?)\/.+\.[a-z]+$|[._-](?:test|spec)\.[a-z]+$|(?:^|\/)test_[^/]+\.py$|_test\.(?:go|py|rb|exs|dart)$|(?:Tests?|Spec|IT)\.(?:java|kt|cs|scala|swift|php)$|_spec\.rb$|\.bats$/;

/** Whether a path is that of a file of tests. Pure. */
export function isTestFile(file: string): boolean {
  return TEST.test(file);
}

/** What is to be tested, and what shows how tests look here. */
export interface Subjects {
  readonly code: readonly string[];
  /** The code of these that no changed test belongs to. */
  readonly untested: readonly string[];
  readonly samples: readonly string[];
}

/** Tests that are shown at most. */
const MAX_SAMPLES = 3;

/**
 * Chooses what tests are to be written for: the changed code, with the tests beside it, or the nearest ones, as samples. Pure.
 *
 * @param files - all files of the repository
 */
export function chooseSubjects(
  code: readonly string[],
  changed: readonly string[],
  files: readonly string[],
): Subjects {
  const tests = files.filter(isTestFile);
  const changedStems = new Set(changed.filter(isTestFile).map(stemOf));
  const own = code.flatMap((file) => tests.filter((one) => stemOf(one) === stemOf(file)));
  const near = tests.toSorted((one, other) => nearness(other, code) - nearness(one, code));
  return {
    code,
    untested: code.filter((file) => !changedStems.has(stemOf(file))),
    samples: [...new Set([...own, ...near])].slice(0, MAX_SAMPLES),
  };
}

/** The name of a file without what makes it a test. */
function stemOf(file: string): string {
  const base = file.slice(file.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  return base.replace(/^test_|[._-](?:test|spec)$|(?:Tests?|Spec|IT)$/, "").toLowerCase();
}

/** Folders that a file has in common with one of others, most of them. */
function nearness(file: string, others: readonly string[]): number {
  const folders = file.split("/").slice(0, -1);
  return Math.max(
    0,
    ...others.map((other) => {
      const parts = other.split("/");
      const apart = folders.findIndex((folder, index) => folder !== parts[index]);
      return apart < 0 ? folders.length : apart;
    }),
  );
}
