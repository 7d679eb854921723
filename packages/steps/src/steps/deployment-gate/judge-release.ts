import type { EarlierResult, Finding } from "@ai-workflow/engine";
import type { ReleaseFlow } from "../../release/release-flow.ts";
import { compareVersions, formatVersion, type Version } from "../../release/semver.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { findVersionEntry } from "./find-version-entry.ts";

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
  /** What other files beside that manifest say of the same version. */
  readonly otherVersions: readonly { readonly file: string; readonly line: number; readonly version: string }[];
  /** The change logs beside it. */
  readonly changelogs: readonly { readonly file: string; readonly text: string }[];
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
    ...(rules.changelog ? [...judgeChangelog(facts), ...judgeEntry(facts)] : []),
    ...(rules.version ? [...judgeVersion(facts), ...judgeOtherVersions(facts)] : []),
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

const CHANGELOG =
  /(?:^|\/)(?:CHANGE(?:S|[-_]?LOG)|HISTORY|NEWS|RELEASES?(?:[-_]?NOTES)?)(?:\.(?:md|markdown|rst|txt|adoc))?$/i;

/** Whether a file is a change log by its name. Pure. */
export function isChangelog(file: string): boolean {
  return CHANGELOG.test(file);
}

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

/** Whether the version of the manifest is one that is still to be released; without a tag none is known to be. */
function isDue({ flow, released, manifest }: ReleaseFacts): boolean {
  if (flow.kind !== "commits" || manifest === undefined) return false;
  return released === undefined || compareVersions(manifest.version, released.version) > 0;
}

/** A log that lists versions has an entry of each, in any of the logs where there are several. */
function judgeEntry(facts: ReleaseFacts): readonly Finding[] {
  const { manifest, changelogs } = facts;
  if (manifest === undefined || !isDue(facts)) return [];
  const version = formatVersion(manifest.version);
  // What nobody releases has such a version.
  if (version === "0.0.0") return [];
  const entries = changelogs.map(({ file, text }) => ({ file, entry: findVersionEntry(text, manifest.version) }));
  if (entries.some(({ entry }) => entry.kind === "there" || entry.kind === "unreleased")) return [];
  return entries.slice(0, 1).flatMap(({ file, entry }) =>
    entry.kind === "missing"
      ? [
          {
            rule: "version-without-entry",
            // The entry may be made while it is released.
            severity: "warning" as const,
            message: `${printable(manifest.file, 80)} has the version ${version}, of which this change log says nothing`,
            file,
            line: entry.line,
            suggestion: "write an entry for it, or a section for what is not released",
          },
        ]
      : [],
  );
}

function judgeOtherVersions({ manifest, otherVersions }: ReleaseFacts): readonly Finding[] {
  if (manifest === undefined) return [];
  const own = formatVersion(manifest.version);
  return otherVersions
    .filter(({ version }) => version.replace(/^v/, "") !== own)
    .map(({ file, line, version }) => ({
      rule: "versions-disagree",
      severity: "warning",
      message: `this says version ${printable(version, 40)}, ${printable(manifest.file, 80)} says ${own}`,
      file,
      line,
      suggestion: "raise both, or leave the version out of one",
    }));
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
