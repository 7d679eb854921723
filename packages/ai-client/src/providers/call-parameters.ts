import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { failedAnswer, shorten, type FailedAnswer } from "./failed-answer.ts";

/** Parameters that every kind of provider names alike; which of them one knows, its options say. */
export type ParameterName =
  | "temperature"
  | "topP"
  | "topK"
  | "presencePenalty"
  | "frequencyPenalty"
  | "seed"
  | "stop"
  | "effort";

/** Parameters as the AI SDK takes them. */
export type ParameterOptions = Pick<
  LanguageModelV3CallOptions,
  "temperature" | "topP" | "topK" | "presencePenalty" | "frequencyPenalty" | "seed" | "stopSequences"
>;

/** Parameters, told apart. */
export interface CallParameters {
  /** Those that the AI SDK names. */
  readonly options: ParameterOptions;
  /** Those that go into the request as they are. */
  readonly extra: Readonly<Record<string, string | number | boolean>>;
}

/** What a provider takes. */
export interface KnownParameters {
  readonly names: readonly ParameterName[];
  /** Whether other names go into the request as they are, but for `reserved` ones. */
  readonly acceptsOthers: boolean;
  readonly reserved: readonly string[];
}

const INTEGERS: readonly string[] = ["topK", "seed"] satisfies ParameterName[];
const TEXTS: readonly string[] = ["stop", "effort"] satisfies ParameterName[];

/**
 * Tells `parameters` apart. A parameter without effect would be worse than none: one that the provider does not take, or of
 * the wrong type, is refused before anything is sent.
 */
export function readCallParameters(
  parameters: Readonly<Record<string, string | number | boolean>>,
  { names, acceptsOthers, reserved }: KnownParameters,
): CallParameters | FailedAnswer {
  const options: ParameterOptions = {};
  const extra: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const shown = shorten(name, 60);
    const refuse = (why: string): FailedAnswer => failedAnswer("refused", `The parameter \`${shown}\` ${why}`);
    const known = names.find((candidate) => candidate === name);
    if (known === undefined) {
      if (reserved.includes(name)) return refuse("is set by the client itself");
      if (!acceptsOthers) return refuse(`is not known to this provider; it knows ${names.join(", ")}`);
      extra[name] = value;
    } else if (TEXTS.includes(known)) {
      if (typeof value !== "string" || value === "") return refuse(`must be a text, got ${typeof value}`);
      if (known === "stop") options.stopSequences = [value];
      else extra[known] = value;
    } else {
      const isFit = INTEGERS.includes(known) ? Number.isSafeInteger(value) : Number.isFinite(value);
      const kind = INTEGERS.includes(known) ? "an integer" : "a finite number";
      if (!isFit) return refuse(`must be ${kind}, got ${shorten(String(value), 40)}`);
      options[known as "temperature"] = value as number;
    }
  }
  return { options, extra };
}
