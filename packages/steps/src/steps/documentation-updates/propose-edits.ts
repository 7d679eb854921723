import type { Finding, ModuleStepContext } from "@ai-workflow/engine";
import { replaceText } from "../../files/replace-text.ts";
import { whyNotWritten } from "../../files/why-not-written.ts";
import { whyNotApplied } from "../../patches/check-applies.ts";
import { applyEdits, renderPatch } from "../../patches/render-patch.ts";
import { saveProposal } from "../../patches/save-proposal.ts";
import { countOf } from "../../text/count-of.ts";
import { printable } from "../../text/printable.ts";
import { checkEdits } from "./check-edits.ts";

/** What a model is to mend. */
export interface EditRequest {
  /** The documents by their paths, with their texts. */
  readonly documents: ReadonlyMap<string, string>;
  /** The changed code. */
  readonly code: readonly string[];
  /** What is known to be wrong, a line each. */
  readonly problems: readonly string[];
  readonly apply: boolean;
}

/** What came of asking for edits. */
export interface ProposedEdits {
  /** One sentence; `undefined` where there is nothing to say. */
  readonly message: string | undefined;
  readonly findings: readonly Finding[];
  /** Why there is no complete answer, where a model is configured and did not give one. */
  readonly unanswered: string | undefined;
  /** Documents that were edited. */
  readonly edited: ReadonlySet<string>;
}

/** Asks a model for edits of documents, keeps those that can be right, and saves them as a patch, or applies them where that is asked for. */
export async function proposeEdits(
  { ask, directory, step }: Pick<ModuleStepContext, "ask" | "directory" | "step">,
  { documents, code, problems, apply }: EditRequest,
): Promise<ProposedEdits> {
  const nothing = { findings: [], edited: new Set<string>() };
  const reply = await ask({
    prompt: "documentation_edits",
    variables: { problems: problems.join("\n") },
    files: [...documents.keys()],
    changes: code,
  });
  if (reply.status === "unanswered" && reply.reason === "no-model") {
    return { ...nothing, message: "no model is configured, so no edits are proposed", unanswered: undefined };
  }
  const unanswered = reply.status === "unanswered" ? reply.message : undefined;
  const { kept, dropped } = checkEdits(
    reply.answers.map(({ value }) => value),
    documents,
  );
  const findings: Finding[] = [];
  const left = Object.entries(dropped).map(([why, count]) => `${count} with ${why}`);
  if (left.length > 0) {
    const message = `${countOf(
      Object.values(dropped).reduce((a, b) => a + b),
      "edit",
    )} of the model left out: ${left.join(", ")}`;
    findings.push({ rule: "edits-left-out", severity: "info", message });
  }
  const patches: string[] = [];
  const edited = new Set<string>();
  let count = 0;
  for (const [file, edits] of kept) {
    const text = documents.get(file) ?? "";
    const patch = renderPatch(file, text, edits);
    const refused = patch === "" ? "nothing differs" : await whyNotApplied(directory, patch);
    if (refused !== undefined) {
      const message = `the edits of the model do not apply: ${printable(refused)}`;
      findings.push({ rule: "edits-left-out", severity: "info", message, file });
      continue;
    }
    patches.push(patch);
    count += edits.length;
    let isApplied = false;
    try {
      isApplied = apply && replaceText(directory, file, text, applyEdits(text, edits));
    } catch (error) {
      const message = `it could not be edited: ${whyNotWritten(error)}`;
      findings.push({ rule: "not-written", severity: "error", message, file });
    }
    if (isApplied) edited.add(file);
    for (const { startLine, endLine, reason } of edits) {
      const rule = isApplied ? "edited" : "proposed-edit";
      findings.push({ rule, severity: "info", message: printable(reason), file, line: startLine, endLine });
    }
  }
  if (patches.length === 0) return { message: undefined, findings, unanswered, edited };
  const where = saveProposal(directory, step, patches.join(""));
  const told = `${countOf(count, "edit")} of ${countOf(patches.length, "document")}`;
  const how = apply
    ? `applied in ${countOf(edited.size, "document")}`
    : "look at it, then `git apply` it or run with `--apply`";
  return { message: `${told} proposed: ${where}; ${how}`, findings, unanswered, edited };
}
