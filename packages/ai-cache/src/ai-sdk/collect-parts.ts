import type {
  LanguageModelV3Content,
  LanguageModelV3ResponseMetadata,
  LanguageModelV3StreamPart,
  SharedV3ProviderMetadata,
  SharedV3Warning,
} from "@ai-sdk/provider";
import type { StreamCollector } from "../adapters/stream-through-cache.ts";
import type { ModelAnswer } from "../entries/cache-entry.ts";
import { toModelAnswer } from "./stored-result.ts";

type Passage = Extract<LanguageModelV3Content, { type: "text" | "reasoning" }>;
type FinishPart = Extract<LanguageModelV3StreamPart, { type: "finish" }>;

/** What {@link createPartCollector} needs. */
export interface PartCollectorOptions {
  /** Makes the finish part that the caller gets from the provider's. */
  readonly markFinish: (part: FinishPart) => FinishPart;
}

/**
 * Collects the parts of one stream into the result that the same model would have generated at once. A stream is whole
 * when every text and reasoning that began has ended and its finish part came last; one with an error or without a finish part is no answer.
 */
export function createPartCollector(options: PartCollectorOptions): StreamCollector<LanguageModelV3StreamPart> {
  const content: LanguageModelV3Content[] = [];
  const open = new Map<string, Passage>();
  const response: LanguageModelV3ResponseMetadata = {};
  let warnings: SharedV3Warning[] = [];
  let finish: FinishPart | undefined;
  let failure: { readonly error: unknown } | undefined;
  let isReplayable = true;

  function begin(id: string, passage: Passage): void {
    if (open.has(id)) isReplayable = false;
    open.set(id, passage);
    content.push(passage);
  }

  function change(id: string, delta: string, providerMetadata: SharedV3ProviderMetadata | undefined): void {
    const passage = open.get(id);
    if (passage === undefined) {
      isReplayable = false;
      return;
    }
    passage.text += delta;
    if (providerMetadata !== undefined) passage.providerMetadata = { ...passage.providerMetadata, ...providerMetadata };
  }

  function note(part: LanguageModelV3StreamPart): void {
    if (finish !== undefined) isReplayable = false;
    switch (part.type) {
      case "stream-start":
        warnings = part.warnings;
        break;
      case "response-metadata": {
        const { type: _, ...metadata } = part;
        Object.assign(response, metadata);
        break;
      }
      case "text-start":
      case "reasoning-start": {
        const { providerMetadata } = part;
        const type = part.type === "text-start" ? "text" : "reasoning";
        begin(`${type} ${part.id}`, { type, text: "", ...(providerMetadata && { providerMetadata }) });
        break;
      }
      case "text-delta":
      case "reasoning-delta":
        change(`${part.type === "text-delta" ? "text" : "reasoning"} ${part.id}`, part.delta, part.providerMetadata);
        break;
      case "text-end":
      case "reasoning-end": {
        const id = `${part.type === "text-end" ? "text" : "reasoning"} ${part.id}`;
        change(id, "", part.providerMetadata);
        open.delete(id);
        break;
      }
      case "file":
      case "source":
      case "tool-call":
      case "tool-result":
      case "tool-approval-request":
        content.push(part);
        break;
      case "tool-input-start":
      case "tool-input-delta":
      case "tool-input-end":
        // The tool-call part that follows has it all.
        break;
      case "finish":
        finish = part;
        break;
      case "error":
        failure ??= { error: part.error };
        break;
      case "raw":
        break;
      default:
        // A kind of part that a later version of the SDK may send.
        isReplayable = false;
    }
  }

  return {
    add(part): LanguageModelV3StreamPart {
      note(part);
      return part.type === "finish" ? options.markFinish(part) : part;
    },
    finish(): ModelAnswer {
      if (failure !== undefined) throw failure.error;
      if (finish === undefined) throw new Error("Cannot use model stream: it ended without a finish part");
      const { finishReason, usage, providerMetadata } = finish;
      const answer = toModelAnswer({
        content,
        finishReason,
        usage,
        warnings,
        response,
        ...(providerMetadata && { providerMetadata }),
      });
      return isReplayable && open.size === 0 ? answer : { finishReason: "not-replayable", text: answer.text };
    },
  };
}
