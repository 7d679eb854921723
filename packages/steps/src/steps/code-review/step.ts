import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { asAdvice } from "../../model/as-advice.ts";
import { readOptions, type OptionReader } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";

const SEVERITIES = ["critical", "high", "medium", "low", "info"] as const;

/** Has a model review what changed, as a step with `ai` does. Without a model nothing is reviewed, which it says. */
export default async function reviewChange({
  ask,
  changes,
  with: given,
}: ModuleStepContext): Promise<ModuleStepResult> {
  const options = readOptions(given);
  const question = {
    prompt: "code_review",
    persona: options.text("persona"),
    changes: "due",
    failOn: readSeverity(options),
    minConfidence: options.number("min_confidence", 0.5),
    maxFindings: options.number("max_findings", 50, 1),
  } as const;
  if (!changes.known && changes.isOutsideOfGit === true) {
    return { message: "nothing was reviewed: what changed is known in a git repository only", provisional: true };
  }
  if (!changes.known) {
    // Then everything would be due, and a whole repository is more than anybody wanted to pay for.
    return { outcome: "inconclusive", message: `nothing was reviewed: what changed is unknown: ${changes.message}` };
  }
  const reply = await ask(question);
  if (reply.status === "unanswered" && reply.reason === "no-model") {
    return { outcome: "inconclusive", message: "nothing was reviewed: no model is configured (`ai.provider`)" };
  }
  const { failure } = reply;
  const findings = failure === undefined ? reply.findings.map(asAdvice) : reply.findings;
  if (failure !== undefined) return { outcome: "failed", message: failure, findings };
  if (reply.status === "unanswered") return { outcome: "inconclusive", message: reply.message, findings };
  return { message: findings.length === 0 ? "nothing was found" : countOf(findings.length, "finding"), findings };
}

function readSeverity(options: OptionReader): (typeof SEVERITIES)[number] | undefined {
  const given = options.text("fail_on");
  const severity = SEVERITIES.find((one) => one === given);
  if (given !== undefined && severity === undefined)
    throw new Error(`the option \`fail_on\` must be one of ${SEVERITIES.join(", ")}, got ${JSON.stringify(given)}`);
  return severity;
}
