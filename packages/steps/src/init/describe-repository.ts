import { readUnits } from "@ai-workflow/change-detection";
import type { ProjectKind } from "@ai-workflow/engine";
import { describeProject } from "../project/describe-project.ts";
import type { ProjectFacts } from "../project/project-facts.ts";
import { findCiProviders } from "./find-ci-providers.ts";
import { guessKind, type KindGuess } from "./guess-kind.ts";
import { openRepository } from "./open-repository.ts";

/** What `ai-workflow init` knows of a repository. */
export interface InitFacts {
  readonly kind: KindGuess;
  /** Its languages, package managers and commands. */
  readonly project: ProjectFacts;
  /** Packages and services of it, without its root; 0 where it is one thing. */
  readonly units: number;
  /** Kinds of workspaces that hold its units together, such as `cargo`. */
  readonly workspaces: readonly string[];
  /** Services of continuous integration that it is configured for. */
  readonly ci: readonly string[];
}

/** A kind that was chosen instead of the guess. */
export function choosing(facts: InitFacts, kind: ProjectKind | undefined): InitFacts {
  return kind === undefined || kind === facts.kind.kind ? facts : { ...facts, kind: { kind, why: "it was chosen" } };
}

/**
 * Looks at the files of a folder and says what a configuration for it should know. Runs nothing of the repository.
 *
 * @param directory - absolute path
 */
export async function describeRepository(directory: string): Promise<InitFacts> {
  const { files, read } = await openRepository(directory);
  const { units, workspaces } = await readUnits({
    paths: async () => [...files],
    read: async (file) => {
      const text = read(file);
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
  });
  const members = units.filter((unit) => unit.directory !== "");
  return {
    kind: guessKind({ files, read, units: members.map((unit) => unit.directory) }),
    project: describeProject(files, read),
    units: members.length,
    workspaces: [...new Set(workspaces.map(({ kind }) => kind))],
    ci: findCiProviders(files),
  };
}
