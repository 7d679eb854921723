import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import type { Repository } from "./create-repository.ts";
import type { Kill, SentOptions } from "./engine-host.ts";
import {
  BAD,
  editWorkflow,
  GROUP_NAMES,
  GROUPS,
  renderWorkflow,
  SPEC_FILE,
  workflowEdit,
  type GroupName,
  type WorkflowEdit,
  type WorkflowSpec,
} from "./random-workflow.ts";

/** What somebody does in a repository between two runs. */
export type Action =
  | { readonly do: "write"; readonly group: GroupName; readonly name: string; readonly content: string }
  | { readonly do: "chmod" | "remove" | "touch"; readonly nth: number }
  | { readonly do: "rename"; readonly nth: number; readonly group: GroupName; readonly name: string }
  | { readonly do: "commit" | "revert" | "reset" | "stash" | "clean-outputs" | "forget-results" }
  | { readonly do: "switch"; readonly branch: string }
  | { readonly do: "edit-workflow"; readonly edit: WorkflowEdit }
  | { readonly do: "edit-output"; readonly nth: number }
  | { readonly do: "set-variable"; readonly value: string | undefined }
  | { readonly do: "wait"; readonly hours: number }
  | { readonly do: "run"; readonly options: SentOptions; readonly kill: Kill | undefined };

const NAMES = ["a", "b c", "ü", "-d", "it's", "$(e)"];
const name = fc.constantFrom(...NAMES);
const group = fc.constantFrom(...GROUP_NAMES);
const content = fc.constantFrom("one\n", "two\n", "six\n", "", `${BAD}\n`, "one\ntwo");
const nth = fc.nat(30);

const kill: fc.Arbitrary<Kill> = fc.oneof(
  fc.record({
    atWrite: fc.record({ at: fc.integer({ min: 1, max: 150 }), part: fc.constantFrom("before", "half", "after") }),
  }),
  fc.record({ atEvent: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ afterMs: fc.nat(120) }),
);

const run: fc.Arbitrary<Action> = fc.record({
  do: fc.constant("run"),
  options: fc.record(
    {
      onFailure: fc.constantFrom("never", "dependencies-successful", "always"),
      maxParallel: fc.constantFrom(1, 2, 4),
      steps: fc.constantFrom(["s0"], ["s0", "s1"], undefined, undefined, undefined),
      force: fc.constantFrom(true, false, false, false, false, false),
      shadow: fc.constantFrom(0, 0, 0, 0.5),
      resume: fc.constantFrom(true, true, true, false),
      strict: fc.constantFrom(false, false, false, false, true),
      speculation: fc.boolean(),
      objective: fc.constantFrom("makespan", "first-failure"),
    },
    { requiredKeys: ["onFailure"] },
  ),
  kill: fc.option(kill, { freq: 2, nil: undefined }),
});

const change: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("write"), group, name, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("chmod", "remove", "touch"), nth }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("rename"), nth, group, name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("commit") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("revert", "reset", "stash") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("clean-outputs", "forget-results") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("switch"), branch: fc.constantFrom("main", "left", "right") }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("edit-workflow"), edit: workflowEdit }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("edit-output"), nth }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait"), hours: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set-variable"), value: fc.constantFrom("1", "2", undefined) }) },
) as fc.Arbitrary<Action>;

/** Anything that may happen, with runs in between. */
export function history(maxLength: number): fc.Arbitrary<readonly Action[]> {
  const part = fc.tuple(fc.array(change, { maxLength: 3 }), run).map(([changes, last]) => [...changes, last]);
  return fc.array(part, { minLength: 2, maxLength }).map((parts) => parts.flat());
}

/** The first files of a repository. */
export const firstFiles: fc.Arbitrary<Readonly<Record<string, string>>> = fc
  .array(fc.tuple(group, name, content), { minLength: 3, maxLength: 10 })
  .map((drawn) =>
    Object.fromEntries(
      // What fails at once would leave little to prove.
      drawn.map(([of, called, text]) => [GROUPS[of].fileOf(called), text === `${BAD}\n` ? "one\n" : text]),
    ),
  );

/** Does everything but runs. What cannot be done, such as going back before the first commit, is left undone. */
export function act(
  repository: Repository,
  action: Exclude<Action, { readonly do: "run" | "set-variable" | "wait" }>,
): void {
  switch (action.do) {
    case "write":
      return repository.write({ [GROUPS[action.group].fileOf(action.name)]: action.content });
    case "chmod": {
      const file = chooseFile(repository, action.nth);
      if (file !== undefined) chmodSync(file, (statSync(file).mode & 0o100) === 0 ? 0o755 : 0o644);
      return;
    }
    case "touch": {
      const file = chooseFile(repository, action.nth);
      if (file !== undefined) utimesSync(file, new Date(), new Date());
      return;
    }
    case "remove": {
      const file = chooseFile(repository, action.nth);
      if (file !== undefined) rmSync(file);
      return;
    }
    case "rename": {
      const file = chooseFile(repository, action.nth);
      const to = repository.file(GROUPS[action.group].fileOf(action.name));
      mkdirSync(path.dirname(to), { recursive: true });
      if (file !== undefined) renameSync(file, to);
      return;
    }
    case "commit":
      return repository.commit();
    case "revert":
      if (!tried(repository, "revert", "--no-edit", "HEAD")) tried(repository, "revert", "--abort");
      // The first commit has the workflow.
      if (!existsSync(repository.file(SPEC_FILE))) tried(repository, "reset", "--quiet", "--hard", "HEAD~1");
      return;
    case "reset":
      return void tried(repository, "reset", "--quiet", "--hard", "HEAD~1");
    case "stash":
      return void (
        tried(repository, "stash", "pop", "--quiet") || tried(repository, "reset", "--quiet", "--hard", "HEAD")
      );
    case "switch": {
      // What is not committed is put away where it is in the way.
      if (tried(repository, "checkout", "--quiet", action.branch)) return;
      if (tried(repository, "checkout", "--quiet", "-b", action.branch)) return;
      tried(repository, "stash", "--quiet");
      tried(repository, "checkout", "--quiet", action.branch);
      return;
    }
    case "edit-workflow": {
      const spec = readSpec(repository);
      return repository.write(renderWorkflow(editWorkflow(spec, action.edit)));
    }
    case "edit-output": {
      const left = filesUnder(repository.file("out"));
      const file = left[action.nth % left.length];
      if (file === undefined) return;
      const place = path.join(repository.file("out"), file);
      rmSync(place);
      if (action.nth % 2 === 0) writeFileSync(place, "not what the step left\n");
      return;
    }
    case "clean-outputs":
      for (const folder of ["out", "made"]) rmSync(repository.file(folder), { recursive: true, force: true });
      return;
    case "forget-results":
      return rmSync(repository.file(".workflow/results/blobs"), { recursive: true, force: true });
  }
}

function tried(repository: Repository, ...args: readonly string[]): boolean {
  try {
    repository.git(...args);
    return true;
  } catch {
    return false;
  }
}

/** The workflow as the work tree has it now. */
export function readSpec(repository: Repository): WorkflowSpec {
  return JSON.parse(readFileSync(repository.file(SPEC_FILE), "utf8")) as WorkflowSpec;
}

/** One of the files that steps may read. */
function chooseFile(repository: Repository, drawn: number): string | undefined {
  const folders = [...new Set(GROUP_NAMES.map((group) => GROUPS[group].fileOf("x").split("/")[0] ?? ""))];
  const files = folders.flatMap((folder) => filesUnder(repository.file(folder)).map((file) => path.join(folder, file)));
  const file = files[drawn % files.length];
  return file === undefined ? undefined : repository.file(file);
}

/** Files and links below a folder, sorted; none where it is not there. */
export function filesUnder(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
