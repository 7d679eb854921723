import type { ModelAnswer, ProviderRequest } from "./provider.ts";

/** `request` once more, with the answer that could not be used and why. */
export function createRepairRequest(
  request: ProviderRequest,
  answer: ModelAnswer,
  problems: readonly string[],
): ProviderRequest {
  const complaint = problems.map((problem) => `- ${problem}`).join("\n");
  const prompt = `${request.prompt}\n\nYour previous answer was:\n${answer.text}\n\nIt cannot be used:\n${complaint}\n\nAnswer again, with nothing but the corrected JSON.`;
  return { ...request, prompt };
}
