import type { ModelAnswer, ProviderRequest } from "../provider.ts";
import { describeProblems } from "./describe-problems.ts";

const MAX_QUOTED_LENGTH = 20_000;

/** `request` once more, with the answer that could not be used and why. A long answer is quoted in part. */
export function createRepairRequest(
  request: ProviderRequest,
  answer: ModelAnswer,
  problems: readonly string[],
): ProviderRequest {
  const complaint = describeProblems(problems)
    .map((problem) => `- ${problem}`)
    .join("\n");
  const isLong = answer.text.length > MAX_QUOTED_LENGTH;
  const quoted = isLong ? `${answer.text.slice(0, MAX_QUOTED_LENGTH)}\n[cut]` : answer.text;
  const schema =
    request.outputSchema === undefined
      ? ""
      : `\n\nIt must be valid against this JSON Schema:\n${JSON.stringify(request.outputSchema)}`;
  const prompt = `${request.prompt}\n\nYour previous answer was:\n${quoted}\n\nIt cannot be used:\n${complaint}${schema}\n\nAnswer again, with nothing but the corrected JSON.`;
  return { ...request, prompt };
}
