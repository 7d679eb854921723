import { existsSync } from "node:fs";
import path from "node:path";
import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { parseStatus } from "../../git/parse-status.ts";
import { readOptions } from "../../options.ts";
import { createGitReader } from "../../git/create-git-reader.ts";
import { readReleaseHistory } from "../../release/read-history.ts";
import { findReleaseFlow } from "../../release/release-flow.ts";
import { parseVersion } from "../../release/semver.ts";
import { findVersion } from "../../release/version-field.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { readOtherVersions } from "./read-other-versions.ts";
import { isChangelog, judgeRelease } from "./judge-release.ts";

/** Asks whether this very commit may be released. What it cannot know it does not take for a yes. */
export default async function guardRelease(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, changes, spans } = context;
  const options = readOptions(context.with);
  const rules = {
    synced: options.flag("synced", true),
    changelog: options.flag("changelog", true),
    version: options.flag("version", true),
    tests: options.flag("tests", true),
    commits: options.flag("commits", true),
  };
  const isCommitted = options.flag("commit", false);
  const ask = createGitReader(directory);
  let hangs: string | undefined;
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    const end = await ask(args);
    hangs ??= end.hangs;
    return end.status === "ended" && end.code === 0 ? end.stdout : undefined;
  };
  const [status, head] = await spans.measure("git_operations", () =>
    Promise.all([git("status", "--porcelain=v2", "--branch", "-z"), git("rev-parse", "--verify", "HEAD")]),
  );
  if (status === undefined || head === undefined) {
    if (hangs !== undefined) return { outcome: "inconclusive", message: hangs };
    if (existsSync(path.join(directory, ".git")))
      return { outcome: "inconclusive", message: "git does not tell which commit this is" };
    return {
      outcome: "inconclusive",
      message: "this is no commit of a git repository, so nothing can be said of its release",
    };
  }
  const { upstream, behind, staged, unstaged, untracked, conflicts } = parseStatus(status);
  const isClean = [staged, unstaged, untracked, conflicts].every((list) => list.length === 0);
  const becomesCommit = !isClean && isCommitted && conflicts.length === 0;
  const count = async (range: string): Promise<number | undefined> => {
    const text = await git("rev-list", "--count", "--end-of-options", range, "--");
    return text === undefined ? undefined : Number(text);
  };
  // The base of a comparison may be the commit before; a branch that others share is what must be contained.
  const shared = (await git("rev-parse", "--abbrev-ref", "--verify", "--quiet", "origin/HEAD"))?.trim();
  const log =
    changes.known && changes.base.oid !== null
      ? await git("log", "--format=%s", "--end-of-options", `${changes.base.oid}..HEAD`, "--")
      : "";
  const read = (file: string): string | undefined => {
    const content = readText(directory, file);
    return content.ok ? content.text : undefined;
  };
  const history = await readReleaseHistory(directory);
  const manifest = ["package.json", "pyproject.toml", "Cargo.toml", "VERSION", "version.txt"].flatMap((file) => {
    const text = read(file);
    const version = text === undefined ? undefined : parseVersion(findVersion(file, text)?.version);
    return version === undefined ? [] : [{ file, version }];
  })[0];
  const findings = judgeRelease(
    {
      isClean: isClean || becomesCommit,
      upstream,
      behindUpstream: upstream === undefined ? undefined : behind,
      base: shared,
      behindBase: shared === undefined ? undefined : await count(`HEAD..${shared}`),
      subjects: (log ?? "").split("\n").filter(Boolean),
      changes: changes.known ? changes.list : [],
      files: new Set(files),
      flow: findReleaseFlow(files, read("package.json")),
      released:
        history === undefined
          ? undefined
          : { tag: history.tag, version: history.version, commits: history.messages.length },
      manifest,
      otherVersions: manifest?.file === "package.json" ? readOtherVersions(files, read) : [],
      changelogs: files
        .filter((file) => !file.includes("/") && isChangelog(file))
        .map((file) => ({ file, text: read(file) ?? "" })),
      tests: context.results.find(({ step }) => step === "test_execution"),
    },
    rules,
  );
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const short = printable(head.slice(0, 10));
  const commit = becomesCommit ? `what is to be committed on ${short}` : short;
  if (errors > 0) return { message: `${countOf(errors, "reason")} not to release ${commit}`, findings };
  const isUnknown = findings.some(({ rule }) => rule === "tests-unknown");
  return {
    ...(isUnknown ? { outcome: "inconclusive" as const } : {}),
    message: isUnknown
      ? `whether ${commit} may be released is not known: no test ran on it`
      : `${commit} may be released`,
    findings,
  };
}
