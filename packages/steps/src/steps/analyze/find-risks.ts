import path from "node:path";
import type { Finding } from "@ai-workflow/engine";
import { countOf } from "../../text/count-of.ts";
import { changesDependencies } from "./changes-dependencies.ts";
import type { Change, ChangeSummary } from "./summarise-change.ts";

/** What a look for risks is told beside the change. */
export interface RiskSurroundings {
  readonly summary: ChangeSummary;
  /** All files of the repository. */
  readonly files: ReadonlySet<string>;
  /** The text of a file before and after the change; `undefined` where it is not there or no text. */
  readonly before: (file: string) => string | undefined;
  readonly after: (file: string) => string | undefined;
  /** From so many lines on a change is called large. */
  readonly largeChangeLines: number;
}

/** Lock files that hold what a manifest asks for. */
const LOCK_FILES: Readonly<Record<string, readonly string[]>> = {
  "package.json": ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"],
  "composer.json": ["composer.lock"],
  "Cargo.toml": ["Cargo.lock"],
  "pyproject.toml": ["uv.lock", "poetry.lock", "pdm.lock"],
  "go.mod": ["go.sum"],
  Gemfile: ["Gemfile.lock"],
};

const MIGRATION = /(?:^|\/)(?:migrations?|db\/migrate|alembic\/versions|flyway)\/.*\.(?:sql|py|rb|php|ts|js|cs|go)$/i;
const PIPELINE =
  /^(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci\.yml$|\.circleci\/|azure-pipelines\.yml$|Jenkinsfile$)/;

/** Manifests whose text is looked at before and after, among the changed files. Pure. */
export function manifestsOf(changes: readonly Change[]): readonly string[] {
  return changes
    .filter(({ path: file, status }) => path.posix.basename(file) in LOCK_FILES && status === "modified")
    .map(({ path: file }) => file);
}

/** What a person who reads the change had better look at first: notes, no faults. Pure. */
export function findRisks(changes: readonly Change[], around: RiskSurroundings): readonly Finding[] {
  const changed = new Set(changes.map(({ path: file }) => file));
  const note = (rule: string, message: string, more: Partial<Finding> = {}): Finding => ({
    rule,
    severity: "info",
    message,
    ...more,
  });
  const findings: Finding[] = [];
  for (const file of manifestsOf(changes)) {
    const lock = lockFileOf(file, around.files);
    if (lock === undefined || changed.has(lock)) continue;
    if (!changesDependencies(file, around.before(file), around.after(file))) continue;
    findings.push(
      note("lock-file-unchanged", `its dependencies changed, and ${lock} did not`, {
        file,
        suggestion: "install once more and commit the lock file",
      }),
    );
  }
  const migrations = changes.filter(({ path: file }) => MIGRATION.test(file));
  const altered = migrations.filter(({ status }) => status === "modified" || status === "deleted");
  if (altered[0] !== undefined) {
    const message = `${countOf(altered.length, "migration")} that may have run already ${altered.length === 1 ? "is" : "are"} changed`;
    findings.push(note("migration-changed", message, { file: altered[0].path, suggestion: "add a new one instead" }));
  } else if (migrations[0] !== undefined) {
    findings.push(
      note("migration", `${countOf(migrations.length, "migration")} of a database`, { file: migrations[0].path }),
    );
  }
  const pipelines = changes.filter(({ path: file }) => PIPELINE.test(file));
  if (pipelines[0] !== undefined) {
    const message = `what build machines do changed in ${countOf(pipelines.length, "file")}`;
    findings.push(note("pipeline-changed", message, { file: pipelines[0].path }));
  }
  const lost = changes.filter(({ category, status }) => category === "tests" && status === "deleted");
  if (lost[0] !== undefined) {
    findings.push(note("tests-deleted", `${countOf(lost.length, "file")} of tests deleted`, { file: lost[0].path }));
  }
  const lines = around.summary.added + around.summary.removed;
  if (lines >= around.largeChangeLines) {
    findings.push(
      note("large-change", `${lines} changed lines are hard to review at once`, {
        suggestion: "split it where its parts make sense alone",
      }),
    );
  }
  return findings;
}

/** The lock file beside a manifest, or that of the workspace above it. */
function lockFileOf(manifest: string, files: ReadonlySet<string>): string | undefined {
  const names = LOCK_FILES[path.posix.basename(manifest)] ?? [];
  for (let folder = path.posix.dirname(manifest); ; folder = path.posix.dirname(folder)) {
    const found = names.map((name) => path.posix.join(folder, name)).find((file) => files.has(file));
    if (found !== undefined) return found;
    if (folder === "." || folder === "/") return undefined;
  }
}
