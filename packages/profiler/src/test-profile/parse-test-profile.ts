import type { TestProfile } from "../resource-usage.ts";
import type { RunnerReader } from "./runner-reader.ts";
import { readCargoTest } from "./runners/cargo-test.ts";
import { readGoTest } from "./runners/go-test.ts";
import { readJest } from "./runners/jest.ts";
import { readMocha } from "./runners/mocha.ts";
import { readNodeTest } from "./runners/node-test.ts";
import { readPlaywright } from "./runners/playwright.ts";
import { readPytest } from "./runners/pytest.ts";
import { readTap } from "./runners/tap.ts";
import { readVitest } from "./runners/vitest.ts";

const RUNNERS: readonly (() => RunnerReader)[] = [
  readVitest,
  readJest,
  readNodeTest,
  readMocha,
  readPytest,
  readGoTest,
  readCargoTest,
  readPlaywright,
];

/** No line of a summary is as long as this, not even in colour. */
const LONGEST_LINE = 2000;

/** Colours and cursor movements, and links of terminals. Every repetition is bounded: a hostile log takes linear time. */
// oxlint-disable-next-line no-control-regex -- these are control sequences
const SEQUENCES = /\u001B\[[\d;:?]{0,40}[A-Za-z]|\u001B\][^\u0007\u001B]{0,400}(?:\u0007|\u001B\\)/gu;

function* linesOf(text: string): Generator<string> {
  const ends = /[\r\n]/gu;
  let from = 0;
  while (from < text.length) {
    const to = ends.exec(text)?.index ?? text.length;
    if (to > from && to - from <= LONGEST_LINE) yield text.slice(from, to).replaceAll(SEQUENCES, "").trimEnd();
    from = to + 1;
  }
}

const executionMs = (profile: TestProfile): number => profile.phases.find(({ name }) => name === "execution")?.ms ?? 0;

/**
 * Tells from the output of a test step which runner it was and where its time went, as far as the output tells; nothing is guessed. No
 * runner of these tells the time that measuring coverage took, so no profile has a phase `coverage`.
 *
 * | `runner` | `execution` | further phases | `tests` |
 * |---|---|---|---|
 * | `vitest` | `tests` of `Duration`, added up over its workers; all of `Duration` where it has no parts | `discovery` (`collect`, since version 4 `import`: loading the test files), and the other parts by their names: `transform`, `setup`, `environment`, `prepare`, `typecheck` | yes |
 * | `jest` | `Time:`, with loading the test files and the coverage table | none | yes |
 * | `node:test` | `duration_ms` of the whole, with starting a process for each file | none | yes |
 * | `mocha` | the time of `3 passing (2s)`, rounded to its unit; loading the files is not in it | none | yes |
 * | `pytest` | the session, with collecting, less the further phases | `setup` and `teardown` of fixtures that `--durations` lists | yes |
 * | `go test` | the packages' times added up; 0 for those that were cached | none | with `-v`, only the outermost |
 * | `cargo test` | `finished in` of all test programs added up | `compile`, with fetching what is depended on | yes |
 * | `playwright` | the time of `3 passed (4.1s)`, the whole run; none is told when no test passed | none | yes |
 * | `tap` | `# time=`, or the times of the outermost tests added up; many producers tell none | none | yes, only the outermost |
 *
 * Control sequences of terminals are taken out first. The last summary of a runner counts, as a step may have had several attempts. Of
 * several runners the one with the longest execution is told; `tap` only where there is no other, as others can speak it too. What a
 * test printed counts like what the runner printed: a test that shows the output of a runner can be taken for it.
 *
 * @param logText The output, of any length; takes time in proportion to it.
 * @returns Undefined if no runner was recognised.
 */
export function parseTestProfile(logText: string): TestProfile | undefined {
  const tap = readTap();
  const readers = RUNNERS.map((create) => create());
  const all = [...readers, tap];
  for (const line of linesOf(logText)) for (const reader of all) reader.line(line);
  const profiles = readers.flatMap((reader) => reader.profile() ?? []);
  return profiles.toSorted((a, b) => executionMs(b) - executionMs(a))[0] ?? tap.profile();
}
