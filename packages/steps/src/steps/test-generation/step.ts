import { lstatSync } from "node:fs";
import path from "node:path";
import type { Finding, ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { createFile } from "../../files/create-file.ts";
import { readText } from "../../files/read-text.ts";
import { readOptions } from "../../options.ts";
import { renderNewFile } from "../../patches/render-patch.ts";
import { saveProposal } from "../../patches/save-proposal.ts";
import { chooseCommands } from "../../project/choose-commands.ts";
import { describeProject } from "../../project/describe-project.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { checkTests, type ProposedTest } from "./check-tests.ts";
import { chooseSubjects, isTestFile } from "./choose-subjects.ts";
import { makeScratchCopy } from "./scratch-copy.ts";
import { whyNotOffered } from "./try-tests.ts";

/** Files of code that a model is asked about at most. */
const MAX_CODE = 20;

/** Has a model write tests for the changed code, tries each in a copy of the repository, and keeps those that pass as a patch. */
export default async function generateTests(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, changes, spans, ask, step } = context;
  const options = readOptions(context.with);
  const apply = options.flag("apply", false);
  const maxFiles = options.number("max_files", 5, 1);
  if (!changes.known) return { outcome: "inconclusive", message: `what changed is unknown: ${changes.message}` };
  const known = new Set(files);
  const changed = changes.list.map((change) => change.path).filter((file) => known.has(file));
  const code = changes.list
    .filter((change) => change.category === "code" && known.has(change.path) && !isTestFile(change.path))
    .map((change) => change.path);
  if (code.length === 0) return { message: "no code changed" };
  const read = (file: string): string | undefined => {
    const content = readText(directory, file);
    return content.ok ? content.text : undefined;
  };
  const found = describeProject(known, read).commands.filter(({ purpose }) => purpose === "test");
  const [command] = chooseCommands(context.with["commands"], found);
  if (command === undefined) return { message: "no tests are proposed: nothing says how tests are run here" };

  const subjects = chooseSubjects(code.slice(0, MAX_CODE), changed, files);
  const gaps =
    subjects.untested.length === 0
      ? "what the change did to the shown code"
      : `the changed code of ${subjects.untested.join(", ")}`;
  const reply = await ask({
    prompt: "test_generation",
    variables: { gaps },
    changes: subjects.code,
    files: subjects.samples,
  });
  if (reply.status === "unanswered" && reply.reason === "no-model") {
    return { outcome: "inconclusive", message: "no tests are proposed: no model is configured (`ai.provider`)" };
  }
  const checked = checkTests(
    reply.answers.map(({ value }) => value),
    { code: subjects.code, isFree: (file) => isFree(directory, file), maxFiles },
  );
  const findings: Finding[] = [
    ...checked.dropped.map(({ path: file, because }) => leftOut(`${printable(file, 80)}: ${because}`)),
    ...checked.suspicions
      .slice(0, 10)
      .map((text): Finding => ({ rule: "suspicion", severity: "info", message: printable(text) })),
  ];
  const passing = await spans.measure("test_execution", () =>
    tryAll({ directory, files, command, tests: checked.kept, findings }),
  );
  for (const { path: file, covers } of passing) {
    const rule = apply ? "added-test" : "proposed-test";
    findings.push({ rule, severity: "info", message: `${printable(file, 80)}: ${printable(covers)}` });
  }
  let message = "the model proposed no test that passes";
  if (passing.length > 0) {
    const where = saveProposal(directory, step, passing.map((test) => renderNewFile(test.path, test.content)).join(""));
    if (apply) for (const test of passing) createFile(directory, test.path, test.content);
    const how = apply ? "added" : "look at it, then `git apply` it or run with `--apply`";
    message = `${countOf(passing.length, "file")} of tests that pass proposed: ${where}; ${how}`;
  }
  if (reply.status === "unanswered")
    return { outcome: "inconclusive", message: `${message}; ${reply.message}`, findings };
  return { message, findings };
}

async function tryAll({
  directory,
  files,
  command,
  tests,
  findings,
}: {
  readonly directory: string;
  readonly files: readonly string[];
  readonly command: Parameters<typeof whyNotOffered>[2];
  readonly tests: readonly ProposedTest[];
  readonly findings: Finding[];
}): Promise<readonly ProposedTest[]> {
  if (tests.length === 0) return [];
  const passing: ProposedTest[] = [];
  for (const test of tests) {
    // Each in a copy of its own: one may leave behind what another would find.
    const scratch = makeScratchCopy(directory, files);
    if (scratch === undefined) {
      findings.push(leftOut("the repository is too large to be copied, and no test is offered that was not tried"));
      return [];
    }
    try {
      const because = await whyNotOffered(scratch.directory, test, command);
      if (because === undefined) passing.push(test);
      else findings.push(leftOut(`${printable(test.path, 80)}: ${because}`));
    } finally {
      scratch.close();
    }
  }
  return passing;
}

function leftOut(message: string): Finding {
  return { rule: "test-left-out", severity: "info", message };
}

/** Whether nothing is there, and no folder on the way is a link. */
function isFree(directory: string, file: string): boolean {
  const parts = file.split("/");
  for (let length = 1; length < parts.length; length++) {
    const status = lstatSync(path.join(directory, ...parts.slice(0, length)), { throwIfNoEntry: false });
    if (status === undefined) return true;
    if (!status.isDirectory()) return false;
  }
  return lstatSync(path.join(directory, file), { throwIfNoEntry: false }) === undefined;
}
