import type { EarlierResult, Finding } from "@ai-workflow/engine";
import type { ReleaseFlow } from "../release/release-flow.ts";
import { compareVersions, formatVersion, type Version } from "../release/semver.ts";
import { countOf } from "../text/count-of.ts";
import { printable } from "../text/printable.ts";

/** What is known of the commit that is to be released. */
export interface ReleaseFacts {
  readonly isClean: boolean;
  /** Commits of the upstream that this branch lacks; `undefined` where it follows none. */
  readonly behindUpstream: number | undefined;
  readonly upstream: string | undefined;
  /** Commits of the base that this branch lacks; `undefined` where there is none but itself. */
  readonly behindBase: number | undefined;
  readonly base: string | undefined;
  /** Subjects of the commits since the base. */
  readonly subjects: readonly string[];
  readonly changes: readonly { readonly path: string; readonly status: string; readonly category: string }[];
  readonly files: ReadonlySet<string>;
  readonly flow: ReleaseFlow;
  /** The last release, with how many commits came after it. */
  readonly released: { readonly tag: string; readonly version: Version; readonly commits: number } | undefined;
  /** Version of the manifest at the root. */
  readonly manifest: { readonly file: string; readonly version: Version } | undefined;
  readonly tests: EarlierResult | undefined;
}

/** What is asked of it. */
export interface ReleaseRules {
  readonly synced: boolean;
  readonly changelog: boolean;
  readonly version: boolean;
  readonly tests: boolean;
  readonly commits: boolean;
}

/** What keeps a commit from being released. Pure. */
export function judgeRelease(facts: ReleaseFacts, rules: ReleaseRules): readonly Finding[] {
  return [
    ...(rules.synced ? judgeSync(facts) : []),
    ...(rules.commits ? judgeSubjects(facts) : []),
    ...(rules.changelog ? judgeChangelog(facts) : []),
    ...(rules.version ? judgeVersion(facts) : []),
    ...(rules.tests ? judgeTests(facts) : []),
  ];
}

function error(rule: string, message: string, suggestion: string): Finding {
  return { rule, severity: "error", message, suggestion };
}

function judgeSync({ behindUpstream, upstream, behindBase, base }: ReleaseFacts): readonly Finding[] {
  const lacks = (rule: string, count: number | undefined, of: string | undefined): readonly Finding[] =>
    count === undefined || count === 0
      ? []
      : [
          error(
            rule,
            `${countOf(count, "commit")} of ${printable(of ?? "", 60)} ${count === 1 ? "is" : "are"} not in this branch`,
            "merge or rebase, and test what comes of it",
          ),
        ];
  return [
    ...lacks("behind-upstream", behindUpstream, upstream),
    ...(base === upstream ? [] : lacks("behind-base", behindBase, base)),
  ];
}

/** Commits that their authors meant to be joined to others, or not to be there. */
const UNFINISHED = /^(?:fixup|squash|amend)! |^\[?wip\b|^(?:tmp|temp|dnm|do not merge|to be squashed)\b[\s:]*/i;

function judgeSubjects({ subjects }: ReleaseFacts): readonly Finding[] {
  return subjects
    .filter((subject) => UNFINISHED.test(subject))
    .map((subject) =>
      error(
        "unfinished-commit",
        `a commit is called ${JSON.stringify(printable(subject, 60))}`,
        "`git rebase --interactive --autosquash` before it is released",
      ),
    );
}

const CHANGELOG = /(?:^|\/)(?:CHANGE(?:S|LOG)|HISTORY|NEWS|RELEASES?)(?:\.(?:md|rst|txt|adoc))?$/i;
/** Folders of notes that a program joins to a change log. */
const FRAGMENT =
  /^(?:\.changeset\/(?!README)[^/]+\.md|(?:changelog\.d|changes|newsfragments|changelogs\/unreleased)\/.+)$/i;

function judgeChangelog({ changes, files, flow }: ReleaseFacts): readonly Finding[] {
  if (flow.kind === "foreign" || !changes.some(({ category }) => category === "code")) return [];
  const hasFragments = flow.kind === "changesets" || [...files].some((file) => FRAGMENT.test(file));
  if (!hasFragments && ![...files].some((file) => CHANGELOG.test(file) && !file.includes("node_modules/"))) return [];
  const isTold = changes.some(
    ({ path: file, status }) => (FRAGMENT.test(file) && status !== "deleted") || CHANGELOG.test(file),
  );
  if (isTold) return [];
  return [
    flow.kind === "changesets"
      ? error(
          "no-changeset",
          "code changed, and no changeset says what that means for users",
          "`npx changeset`, or `npx changeset --empty`",
        )
      : error("no-changelog-entry", "code changed, and no change log says what that means for users", "write an entry"),
  ];
}

function judgeVersion({ flow, released, manifest }: ReleaseFacts): readonly Finding[] {
  if (flow.kind !== "commits" || released === undefined || manifest === undefined) return [];
  const order = compareVersions(manifest.version, released.version);
  const [own, last] = [formatVersion(manifest.version), printable(released.tag, 40)];
  if (order < 0) {
    return [
      {
        ...error("version-behind", `the version ${own} is lower than the last release, ${last}`, "raise it"),
        file: manifest.file,
      },
    ];
  }
  if (order > 0 || released.commits === 0) return [];
  return [
    {
      rule: "version-not-raised",
      // What raises it may come behind this.
      severity: "warning",
      message: `the version ${own} has been released as ${last}, ${countOf(released.commits, "commit")} ago`,
      file: manifest.file,
      suggestion: "raise it (`version_update` with `run --apply` does)",
    },
  ];
}

function judgeTests({ tests, isClean }: ReleaseFacts): readonly Finding[] {
  if (!isClean) {
    return [
      error(
        "uncommitted",
        "what was tested is no commit: files are changed or not tracked",
        "commit them, and run once more",
      ),
    ];
  }
  if (tests === undefined || tests.outcome === "skipped") {
    return [
      {
        rule: "tests-unknown",
        severity: "warning",
        message: "no test ran on this commit, so that it is not known whether it works",
        suggestion: "run the step `test_execution` with it",
      },
    ];
  }
  if (tests.outcome === "passed" || tests.outcome === "replayed") return [];
  return [
    error("tests-not-passed", `the tests of this commit have not passed: ${printable(tests.message)}`, "mend them"),
  ];
}
