import type { TestProfile } from "../../resource-usage.ts";
import type { RunnerReader } from "../runner-reader.ts";
import { countTexts } from "../test-counts.ts";
import { toMilliseconds } from "../to-milliseconds.ts";

const STARTED = /^=+ test session starts =+$/u;
const DURATIONS = /^=+ slowest (?:\d{1,9} )?(?:test )?durations =+$/u;
const DURATION = /^(\d{1,9}\.\d{1,9}s) (setup|call|teardown) /u;
const FRAMED = /^=+ (.*[^=]) =+$/u;
/** `1 failed, 3 passed in 75.32s (0:01:15)`; before version 5 in `75.32 seconds`. */
const SUMMARY =
  /^(no tests ran|\d{1,9} [a-z, 0-9]{1,200}) in (\d{1,9}\.\d{1,9} ?(?:s|seconds))(?: \([\d:, days]{1,30}\))?$/u;

interface Fixtures {
  readonly setup: number;
  readonly teardown: number;
}
const NO_FIXTURES: Fixtures = { setup: 0, teardown: 0 };

/** The session's time, less what is told apart; times added up over parallel workers can be more than the session. */
function toPhases(sessionMs: number, { setup, teardown }: Fixtures): TestProfile["phases"] {
  const apartMs = setup + teardown;
  const phases = [{ name: "execution", ms: apartMs <= sessionMs ? sessionMs - apartMs : sessionMs }];
  if (setup > 0) phases.push({ name: "setup", ms: setup });
  if (teardown > 0) phases.push({ name: "teardown", ms: teardown });
  return phases;
}

/** Reads pytest's last line, and the list of `--durations` before it. */
export function readPytest(): RunnerReader {
  let fixtures = NO_FIXTURES;
  let last: TestProfile | undefined;
  return {
    line: (text) => {
      if (STARTED.test(text) || DURATIONS.test(text)) fixtures = NO_FIXTURES;
      const [, time = "", part] = DURATION.exec(text) ?? [];
      if (part === "setup" || part === "teardown")
        fixtures = { ...fixtures, [part]: fixtures[part] + (toMilliseconds(time) ?? 0) };
      const [, counted, session = ""] = SUMMARY.exec(FRAMED.exec(text)?.[1] ?? text) ?? [];
      const ms = toMilliseconds(session);
      if (counted === undefined || ms === undefined) return;
      last = { runner: "pytest", phases: toPhases(ms, fixtures), tests: countTexts(counted.split(", ")) };
      fixtures = NO_FIXTURES;
    },
    profile: () => last,
  };
}
