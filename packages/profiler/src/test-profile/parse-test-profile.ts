import type { TestProfile } from "../resource-usage.ts";
import type { RunnerReader } from "./runner-reader.ts";
import { readJest } from "./runners/jest.ts";
import { readNodeTest } from "./runners/node-test.ts";
import { readPytest } from "./runners/pytest.ts";
import { readVitest } from "./runners/vitest.ts";

const RUNNERS: readonly (() => RunnerReader)[] = [readVitest, readJest, readNodeTest, readPytest];

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
 * Tells from the output of a test step which runner it was and where its time went, as far as the output tells.
 */
export function parseTestProfile(logText: string): TestProfile | undefined {
  const readers = RUNNERS.map((create) => create());
  for (const line of linesOf(logText)) for (const reader of readers) reader.line(line);
  return readers.flatMap((reader) => reader.profile() ?? []).toSorted((a, b) => executionMs(b) - executionMs(a))[0];
}
