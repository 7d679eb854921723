/** A form in which a runner tells of tests that failed: blocks of lines, each with a heading. */
export interface FailureFormat {
  readonly runner: string;
  /** The heading; groups `name`, `file` and `line` as far as it has them. */
  readonly start: RegExp;
  /** A line before which nothing is a heading. @defaultValue everything may be */
  readonly after?: RegExp | undefined;
  /** The line behind the last block. */
  readonly end?: RegExp | undefined;
  /** What a block must hold, since others have headings of this form. @defaultValue anything */
  readonly holds?: RegExp | undefined;
  /** Makes the block one that tells of nothing by itself, such as a suite of which a test failed. @defaultValue nothing */
  readonly isEmptyWith?: RegExp | undefined;
  /** Names the file of the headings that follow; group `file`. @defaultValue none does */
  readonly fileLine?: RegExp | undefined;
  /** Opens what is told in full before its own heading, which says nothing more then; group `name`. @defaultValue nothing does */
  readonly suiteLine?: RegExp | undefined;
  /** Stands behind the blocks of a package; group `package`. @defaultValue nothing does */
  readonly packageLine?: RegExp | undefined;
  /** The line from which on lines before a heading belong to it. @defaultValue none do */
  readonly opensBefore?: RegExp | undefined;
  /** Where it happened; groups `file` and `line`. */
  readonly places: readonly RegExp[];
  /** Where the test begins, which counts where no place is told; groups `file` and `line`. @defaultValue it is not told */
  readonly beginning?: RegExp | undefined;
  /** Which of several places in the repository is that of the assertion: frames are told from within or from without. */
  readonly place: "first" | "last";
  /** The line that says what went wrong, in its first group. @defaultValue the first that is not empty */
  readonly message?: RegExp | undefined;
  /** How a heading is continued: lines up to the one that ends the name. @defaultValue it is one line */
  readonly nameUntil?: RegExp | undefined;
}

/** Frames of JavaScript, whose paths may hold spaces where they stand in brackets. */
const FRAMES: readonly RegExp[] = [
  /\((?<file>[^()]{1,1000}):(?<line>\d+):\d+\)(?: \{)?$/,
  /^\s*at (?:async )?(?<file>[^()]{1,1000}):(?<line>\d+):\d+(?: \{)?$/,
];

/** Every form that is known. A program that runs others may print several; TAP stands last, as others speak it too. */
export const FAILURE_FORMATS: readonly FailureFormat[] = [
  {
    runner: "vitest",
    start: /^ FAIL\s+(?:\|[^|]{1,200}\|\s+)?(?<file>[^>]{1,400}?\.[\w]{1,8})(?: > (?<name>.+)| \[ .+ \])$/,
    end: /^⎯{3,}/,
    places: [/❯ (?:[^\s/]+ )?(?<file>.+?):(?<line>\d+):\d+$/],
    place: "first",
  },
  {
    runner: "jest",
    start: /^ {2}● (?<name>(?!Console$|Cannot log|Deprecation|Validation).+)$/,
    fileLine: /^FAIL\s+(?<file>.+?\.\w+)(?: \([\d.]+ m?s\))?$/,
    end: /^(?:PASS|FAIL|RUNS)\s|^(?:Tests|Test Suites|Snapshots):\s|^Summary of all failing tests/,
    places: FRAMES,
    place: "first",
  },
  {
    runner: "mocha",
    after: /^\s+\d+ failing$/,
    start: /^ {2}\d+\) (?<name>.+)$/,
    nameUntil: /:$/,
    places: FRAMES,
    place: "first",
  },
  {
    runner: "node:test",
    after: /^✖ failing tests:$/,
    start: /^test at (?<file>.+):(?<line>\d+):\d+$/,
    holds: /^✖ /m,
    isEmptyWith: /subtests? failed/,
    places: FRAMES,
    place: "first",
  },
  {
    runner: "pytest",
    start: /^_{3,} (?<name>\S.*?) _{3,}$/,
    end: /^=+ (?:short test summary|warnings summary|[\d].* in |PASSES)/,
    places: [/^(?<file>[^\s:][^:]*\.py):(?<line>\d+): /, /^(?<file>[^\s:][^:]*\.py):(?<line>\d+): in /],
    place: "last",
    message: /^E\s+(.+)$/,
  },
  {
    runner: "unittest",
    start: /^(?:FAIL|ERROR): (?<name>\S.*)$/,
    end: /^Ran \d+ tests? in /,
    holds: /^Traceback \(most recent call last\):/m,
    places: [/^\s+File "(?<file>.+)", line (?<line>\d+)/],
    place: "last",
    message: /^([A-Za-z_][\w.]*(?:Error|Exception|Failure|Exit|Interrupt)\b.*)$/,
  },
  {
    runner: "go test",
    start: /^\s*--- FAIL: (?<name>\S+) \([\d.]+s\)$/,
    packageLine: /^(?:FAIL|ok)\s+(?<package>\S+)\s+(?:[\d.]+s|\(cached\)|\[)/,
    opensBefore: /^\s*=== (?:RUN|NAME)\s/,
    end: /^(?:FAIL|ok|PASS|\?)(?:\s|$)|^\s*(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:PASS|SKIP))/,
    places: [/^\s+(?<file>[^\s:]+\.go):(?<line>\d+): /, /^\s+(?<file>\/\S+\.go):(?<line>\d+) \+0x/],
    place: "first",
    message: /^\s+[^\s:]+\.go:\d+: (.+)$|^(panic: .+)$/,
  },
  {
    runner: "cargo test",
    start: /^---- (?<name>\S.*?) stdout ----$/,
    end: /^failures:$/,
    places: [/panicked at (?:'.*', )?(?<file>[^\s:']+):(?<line>\d+)(?::\d+)?:?$/],
    place: "first",
    message: /panicked at '(.*)', |^(?!thread |note: |stack backtrace)(.*\S.*)$/,
  },
  {
    runner: "ava",
    // What was wrong is told further down, under the name alone.
    start: /^\s+✘ \[fail\]: (?<name>.+)$/,
    places: [],
    place: "first",
    message: /(?!)/,
  },
  {
    runner: "rspec",
    after: /^Failures:$/,
    start: /^ {2}\d+\) (?<name>.+)$/,
    end: /^(?:Finished in |Failed examples:)/,
    holds: /Failure\/Error:/,
    places: [/# (?<file>\.\/[^:]+):(?<line>\d+)/],
    place: "first",
    message: /^\s+Failure\/Error: (.+)$/,
  },
  {
    runner: "phpunit",
    start: /^\d+\) (?<name>[\w\\]+::\S.*)$/,
    end: /^(?:FAILURES!|ERRORS!|Tests: \d)/,
    places: [/^(?<file>\/\S.*\.php):(?<line>\d+)$/],
    place: "last",
  },
  {
    runner: "tap",
    // Numbers and names may be left out; not both, and a sentence may begin with these words.
    start:
      /^\s*not ok(?:\s+\d+)?(?:\s+-)?(?:(?<=[-\d])\s+(?<name>(?!.*#\s*(?:TODO|SKIP)\b).+?))?(?:\s+#\s*time=[\d.]+m?s)?$/i,
    suiteLine: /^\s*# Subtest: (?<name>.+)$/,
    end: /^\s*(?:ok \d+|1\.\.\d+|# Subtest:)/,
    isEmptyWith: /failureType: '(?:subtestsFailed|testsFailed)'|subtests? failed/,
    places: [
      ...FRAMES,
      // A frame of Node's runner, which takes the "at" off.
      /^\s{4,}(?:async )?(?<file>(?:file:\/\/)?\/[^()]{1,1000}):(?<line>\d+):\d+$/,
      /^\s*at: ['"]?(?:.*\()?(?<file>[^'"()]+?):(?<line>\d+):\d+\)?['"]?$/,
      /in test file (?<file>.+), line (?<line>\d+)\)/,
    ],
    beginning: /^\s*location: ['"]?(?<file>[^'"()]+?):(?<line>\d+):\d+['"]?$/,
    place: "first",
    message: /^\s*(?:error|message): (?:['"]?(.+?)['"]?|\|-?)$|^#\s+`(.+)' failed/,
  },
];
