import type { UnknownCode } from "@ai-workflow/change-detection";
import type { AreaCheck } from "./check.ts";
import { countOf } from "../text/count-of.ts";

/** What is known of git and of the repository. */
export interface GitFacts {
  /** What `git --version` says behind its name; `undefined` where git cannot be started. */
  readonly version: string | undefined;
  /** What change detection would tell a run. */
  readonly changes:
    | { readonly known: true; readonly ref: string; readonly count: number }
    | { readonly known: false; readonly code: UnknownCode; readonly message: string; readonly remedy: string };
  /** Files that git does not ignore; `undefined` where it could not list them. */
  readonly fileCount: number | undefined;
  readonly isShallow: boolean;
  /** Settings by their names in lower case, the last that is set. */
  readonly settings: ReadonlyMap<string, string>;
  /** Objects that are in no pack, and packs; `undefined` outside of a repository. */
  readonly objects: { readonly loose: number; readonly packs: number } | undefined;
  /** Files that git was told not to look at and that were edited all the same. */
  readonly hiddenEdits: readonly string[];
  /** Whether the system keeps executable bits. */
  readonly keepsModes: boolean;
}

/** Loose objects and packs from which git's own housekeeping is due: the defaults of `gc.auto` and `gc.autoPackLimit`. */
const MANY = { loose: 6_700, packs: 50 } as const;

/** Files from which settings for large work trees are worth a word. */
const LARGE = 10_000;

/** Judges git and what change detection makes of the repository. Pure. */
export function checkGit(facts: GitFacts): readonly AreaCheck[] {
  const checks = [checkVersion(facts), checkChanges(facts)];
  if (!facts.changes.known && facts.changes.code === "not-a-repository") return checks;
  return [...checks, ...checkSettings(facts), ...checkObjects(facts), ...checkHidden(facts)];
}

function checkVersion({ version }: GitFacts): AreaCheck {
  const id = "git";
  if (version === undefined) {
    return {
      id,
      state: "advice",
      message: "git cannot be started: repositories are read by a reader of our own, which takes longer",
      mend: "install git 2.30 or newer and put it on PATH",
    };
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (Number.isNaN(major) || Number.isNaN(minor)) {
    return { id, state: "unknown", message: `git says that it is version ${JSON.stringify(version)}` };
  }
  if (major > 2 || (major === 2 && minor >= 30)) return { id, state: "ok", message: `git ${version}` };
  return {
    id,
    state: "problem",
    message: `git ${version} is too old to say what changed: every step would run`,
    mend: "install git 2.30 or newer",
  };
}

function checkChanges({ changes, isShallow }: GitFacts): AreaCheck {
  const id = "changes";
  if (changes.known) {
    const files = changes.count === 1 ? "1 file differs" : `${changes.count} files differ`;
    const shallow = isShallow ? ", which this shallow clone reaches" : "";
    return { id, state: "ok", message: `${files} from ${changes.ref}${shallow}` };
  }
  const { code, message, remedy } = changes;
  if (code === "not-a-repository") {
    return {
      id,
      state: "advice",
      message: "this is no git repository: it cannot be told what changed, and every step runs every time",
      mend: "git init",
    };
  }
  return {
    id,
    state: "problem",
    message: `it cannot be told what changed, so every step runs: ${message}`,
    mend: remedy,
  };
}

function checkSettings({ settings, keepsModes, fileCount }: GitFacts): readonly AreaCheck[] {
  const isOff = (name: string): boolean => /^(?:false|no|off|0|)$/i.test(settings.get(name) ?? "true");
  const checks: AreaCheck[] = [];
  if (isOff("core.preloadindex")) {
    checks.push({
      id: "git-preload-index",
      state: "advice",
      message: "core.preloadIndex is off: git looks at one file after the other instead of at several at a time",
      mend: "git config core.preloadIndex true",
    });
  }
  if (keepsModes && isOff("core.filemode")) {
    checks.push({
      id: "git-file-mode",
      state: "advice",
      message: "core.fileMode is off: that a file became executable, or is not any more, is not seen",
      mend: "git config core.fileMode true",
    });
  }
  if (checks.length > 0) return checks;
  const large =
    fileCount !== undefined && fileCount >= LARGE
      ? `; core.untrackedCache and core.fsmonitor change nothing for runs, with ${fileCount} files neither: runs let git look itself, for both are wrong now and then`
      : "";
  return [{ id: "git-settings", state: "ok", message: `no setting of git slows down or hides changes${large}` }];
}

function checkObjects({ objects }: GitFacts): readonly AreaCheck[] {
  if (objects === undefined) return [];
  const { loose, packs } = objects;
  const id = "git-objects";
  const found = `${loose} loose objects, ${countOf(packs, "pack")}`;
  if (loose <= MANY.loose && packs <= MANY.packs) return [{ id, state: "ok", message: found }];
  return [{ id, state: "advice", message: `${found}: git takes longer to find one`, mend: "git gc" }];
}

function checkHidden({ hiddenEdits }: GitFacts): readonly AreaCheck[] {
  const [first] = hiddenEdits;
  if (first === undefined) return [];
  const others = hiddenEdits.length === 1 ? "" : ` and ${hiddenEdits.length - 1} more`;
  return [
    {
      id: "git-hidden-edits",
      state: "advice",
      message: `git was told not to look at ${first}${others}, edited all the same; \`git status\` does not show that`,
      mend: "git update-index --no-assume-unchanged --no-skip-worktree <file>",
    },
  ];
}
