import { copyFileSync, existsSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import {
  detectChanges,
  inspectWorktree,
  type ChangeSet,
  type ChangesUnknown,
  type DetectOptions,
  type EngineName,
  type FileEntry,
  type WorktreeInspection,
} from "../../src/index.ts";
import { useHermeticGit } from "../hermetic-git.ts";
import type { TestRepository } from "../repository.ts";

/** Each change as a line: status, paths and layers. */
export const lines = (set: ChangeSet): string[] =>
  set.changes.map(
    ({ status, path, previousPath, layers }) =>
      `${status} ${previousPath === undefined ? "" : `${previousPath} -> `}${path} [${layers.join(" ")}]`,
  );

/** What `git add -A` would put into the index: git's own word on every file of the work tree. */
export function filesByGit(repository: TestRepository): string[] {
  const index = join(repository.root, ".git", "oracle-index");
  rmSync(index, { force: true });
  const own = join(repository.root, ".git", "index");
  if (existsSync(own)) {
    copyFileSync(own, index);
    // A younger copy would make git trust entries that it must look at again.
    const { atime, mtime } = statSync(own);
    utimesSync(index, atime, mtime);
  }
  repository.gitWith({ GIT_INDEX_FILE: index }, "add", "-A");
  const listed = repository.gitWith({ GIT_INDEX_FILE: index }, "ls-files", "-s", "-z").toString("latin1");
  rmSync(index, { force: true });
  return listed
    .split("\0")
    .slice(0, -1)
    .map((record) => record.replace(/ 0\t/, " "));
}

/** Files in the form of `filesByGit()`. */
export const asRecords = (files: readonly FileEntry[]): string[] =>
  files.map(
    ({ mode, id, path, pathBytes }) =>
      `${mode} ${id} ${Buffer.from(pathBytes ?? Buffer.from(path)).toString("latin1")}`,
  );

type Asked = Partial<DetectOptions> & { readonly skipFiles?: boolean };

/** The library as the tests of the contract use it, over one engine. */
export interface Contract {
  readonly engine: EngineName;
  readonly inspect: (options: DetectOptions) => Promise<WorktreeInspection>;
  readonly detect: (options: DetectOptions) => Promise<ChangeSet | ChangesUnknown>;
  /** Inspects, checks the files against git and both entry points against each other, and gives the change set. */
  readonly known: (repository: TestRepository, options?: Asked) => Promise<ChangeSet>;
  readonly netOf: (repository: TestRepository, options?: Asked) => Promise<string[]>;
  readonly unknownOf: (repository: TestRepository, options?: Partial<DetectOptions>) => Promise<ChangesUnknown>;
  /**
   * Expects of the engine without git that it says `unsupported` for this reason, in both entry points and without a list of files; gives
   * whether it was that engine, so that the test ends there.
   */
  readonly isUnsupported: (
    repository: TestRepository,
    options: Partial<DetectOptions> & { readonly reason: string },
  ) => Promise<boolean>;
}

function createContract(engine: EngineName): Contract {
  const inspect: Contract["inspect"] = async (options) => inspectWorktree({ engine, environment: {}, ...options });
  const detect: Contract["detect"] = async (options) => detectChanges({ engine, environment: {}, ...options });
  const known: Contract["known"] = async (repository, { skipFiles = false, ...options } = {}) => {
    const all: DetectOptions = { directory: repository.root, ...options };
    const { changes, files } = await inspect(all);
    if (!changes.known) throw new Error(`unknown: ${changes.code} ${changes.message}`);
    expect(changes.engine).toBe(engine);
    expect(await detect(all)).toEqual(changes);
    if (!skipFiles) expect(asRecords(files ?? [])).toEqual(filesByGit(repository));
    return changes;
  };
  const unknownOf: Contract["unknownOf"] = async (repository, options = {}) => {
    const changes = await detect({ directory: repository.root, ...options });
    if (changes.known) throw new Error(`known: ${lines(changes).join(", ")}`);
    return changes;
  };
  return {
    engine,
    inspect,
    detect,
    known,
    netOf: async (repository, options) => lines(await known(repository, options)),
    unknownOf,
    isUnsupported: async (repository, { reason, ...options }) => {
      if (engine === "native") return false;
      const problem = await unknownOf(repository, options);
      expect(problem.code).toBe("unsupported");
      expect(problem.message).toContain(reason);
      expect(problem.remedy).toContain("Install git");
      const { changes, files } = await inspect({ directory: repository.root, ...options });
      expect(changes).toEqual(problem);
      expect(files).toBeUndefined();
      return true;
    },
  };
}

/** Runs tests over both engines, away from the settings of the machine. */
export function contract(title: string, define: (contract: Contract) => void): void {
  describe.each(["native", "isomorphic"] as const)(`${title} (%s)`, (engine) => {
    useHermeticGit();
    define(createContract(engine));
  });
}
