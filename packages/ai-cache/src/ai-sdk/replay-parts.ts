import type { LanguageModelV3Content, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import type { StorableResult } from "./stored-result.ts";

function replayContent(part: LanguageModelV3Content, id: string): readonly LanguageModelV3StreamPart[] {
  if (part.type !== "text" && part.type !== "reasoning") return [part];
  const { type, text, providerMetadata } = part;
  const meta = providerMetadata && { providerMetadata };
  return type === "text"
    ? [
        { type: "text-start", id, ...meta },
        { type: "text-delta", id, delta: text },
        { type: "text-end", id, ...meta },
      ]
    : [
        { type: "reasoning-start", id, ...meta },
        { type: "reasoning-delta", id, delta: text },
        { type: "reasoning-end", id, ...meta },
      ];
}

/** The stream parts by which a model would have sent this result, each text in one delta. */
export function replayParts(result: StorableResult): readonly LanguageModelV3StreamPart[] {
  const { content, finishReason, usage, warnings, response, providerMetadata } = result;
  return [
    { type: "stream-start", warnings },
    { type: "response-metadata", ...response },
    ...content.flatMap((part, index) => replayContent(part, String(index))),
    { type: "finish", finishReason, usage, ...(providerMetadata && { providerMetadata }) },
  ];
}
