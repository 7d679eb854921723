/** Whether a file holds tests, by its name and its folder. Pure. */
export function isTestFile(file: string): boolean {
  const name = file.slice(file.lastIndexOf("/") + 1);
  if (/[._-](?:test|spec|tests|specs|e2e|cy)\.[cm]?[jt]sx?$/.test(name)) return true;
  if (/^test[_-].*\.(?:py|rb|[cm]?[jt]s)$|_test\.(?:py|go|rb|exs)$|_spec\.rb$/.test(name)) return true;
  if (/(?:Tests?|Spec|IT)\.(?:java|kt|cs|php|scala|groovy|swift)$/.test(name)) return true;
  return (
    /(?:^|\/)(?:__tests__|tests?|specs?)\//.test(file) &&
    /\.(?:[cm]?[jt]sx?|rs)$/.test(name) &&
    !/(?:^|\/)(?:fixtures?|helpers?|support|utils?|__fixtures__|__mocks__|mocks?|types?)(?:\/|\.)/.test(file)
  );
}

/** What has no tests of its own: declarations, settings, what only names others, and generated code. */
export function needsNoTest(file: string): boolean {
  return /\.d\.[cm]?ts$|(?:^|\/)(?:index|types?|constants?|__init__|__main__|conftest|setup|mod|main|doc)\.\w+$|(?:^|\/|\.)config\.\w+$|\.(?:stories|generated|gen|pb|min)\.\w+$|_pb2?\.\w+$|(?:^|\/)(?:scripts?|bin|benchmarks?|examples?|fixtures?|testdata|migrations?|vendor|node_modules|dist|build|docs?|stories|__mocks__|generated)\//.test(
    file,
  );
}

/** The name of what a file is about, alone: `user-form` for `src/user-form.ts` and `test/user-form.test.tsx`. Pure. */
export function subjectOf(file: string): string {
  const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.[^.]+$/, "");
  return name
    .replace(/[._-](?:test|spec|tests|specs|e2e|cy)$|(?:Tests?|Spec|IT)$/, "")
    .replace(/^test[_-]|_(?:test|spec)$/g, "")
    .toLowerCase();
}
