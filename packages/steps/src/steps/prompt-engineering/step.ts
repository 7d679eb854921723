import type { ModuleStepContext, ModuleStepResult } from "@ai-workflow/engine";
import { readText } from "../../files/read-text.ts";
import { asAdvice } from "../../model/as-advice.ts";
import { readOptions } from "../../options.ts";
import { countOf } from "../../text/count-of.ts";
import { judgePrompt } from "./judge-prompt.ts";

/** Documents about prompts, and what others or tests hold; a prompt may be called `changelog.md` for what it makes. */
const NO_PROMPT =
  /(?:^|\/)(?:node_modules|vendor|(?:__)?(?:fixtures?|tests?|mocks|snapshots)(?:__)?|testdata)\/|(?:^|\/)(?:[Rr][Ee][Aa][Dd][Mm][Ee]|CONTRIBUTING|C(?:HANGELOG|hangelog)|LICEN[CS]E|_?index)[^/]*$|(?:^|\/)\.workflow-config\.yaml$/;

/** Judges the prompts of the repository by what can be known without a model, and has a model look for what they say against themselves. */
export default async function judgePrompts(context: ModuleStepContext): Promise<ModuleStepResult> {
  const { directory, files, spans, ask } = context;
  const options = readOptions(context.with);
  const maxTokens = options.number("max_tokens", 10_000, 1);
  const minConfidence = options.number("min_confidence", 0.5);
  const prompts = files.filter((file) => !NO_PROMPT.test(file));
  if (prompts.length === 0) return { message: "there are no prompts" };
  const findings = await spans.measure("parsing", () =>
    Promise.resolve(
      prompts.flatMap((file) => {
        const content = readText(directory, file);
        return content.ok ? judgePrompt(file, content.text, { maxTokens }) : [];
      }),
    ),
  );
  const looked = `${countOf(prompts.length, "prompt")} looked at`;
  const reply = await ask({ prompt: "prompt_engineering", changes: "due", minConfidence });
  if (reply.status === "unanswered" && reply.reason === "no-model") {
    return { message: `${looked}; no model is configured, so what they mean was not judged`, findings };
  }
  const all = [...findings, ...reply.findings.map(asAdvice)];
  if (reply.status === "unanswered")
    return { outcome: "inconclusive", message: `${looked}; ${reply.message}`, findings: all };
  return { message: looked, findings: all };
}
