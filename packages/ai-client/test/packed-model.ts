import type { ModelAnswer, Provider, ProviderAnswer, ProviderRequest, TokenUsage } from "../src/provider.ts";

/** What a packed request is answered with, beside the right answer. */
export type PackedFault =
  | "none"
  | "missing"
  | "double"
  | "unknown-id"
  | "invalid"
  | "cut"
  | "truncated"
  | "prose"
  | "refused";

/** The questions in a packed request, by id; none for a request of one question. */
export function readQuestions(prompt: string): Map<string, string> {
  const blocks = prompt.matchAll(/^<question (\S+)>\n(.*?)\n<\/question \1>$/gms);
  return new Map(Array.from(blocks, ([, id = "", text = ""]) => [id, text]));
}

/** The right answer to a question of these tests. */
export function answerTo(prompt: string): string {
  return `answer to ${prompt}`;
}

function createPackedAnswer(questions: ReadonlyMap<string, string>, fault: PackedFault): ProviderAnswer {
  const items: { id: string; answer: unknown }[] = [...questions].map(([id, text]) => ({ id, answer: answerTo(text) }));
  const [first] = items;
  if (first !== undefined) {
    if (fault === "missing") items.shift();
    if (fault === "double") items.push({ ...first, answer: "another" });
    if (fault === "unknown-id") first.id = "nobody";
    if (fault === "invalid") first.answer = 5;
  }
  const text = JSON.stringify({ items });
  const stopped = { status: "answered", finishReason: "stop" } as const;
  if (fault === "refused") return { status: "failed", reason: "refused", message: "400", retryable: false };
  if (fault === "truncated") return { ...stopped, finishReason: "length", text: text.slice(0, -9) };
  if (fault === "cut") return { ...stopped, text: text.slice(0, -9) };
  return { ...stopped, text: fault === "prose" ? "I would rather not." : text };
}

/** A model that answers each question as {@link answerTo} says, packed ones with a fault of the list in turn. */
export function createPackedModel(options: {
  readonly faults?: readonly PackedFault[];
  readonly wait?: () => Promise<void>;
  readonly usage?: TokenUsage;
}): { readonly provider: Provider; readonly requests: ProviderRequest[]; readonly answers: ModelAnswer[] } {
  const { faults = ["none"], wait = () => Promise.resolve(), usage } = options;
  const requests: ProviderRequest[] = [];
  const answers: ModelAnswer[] = [];
  const generate: Provider["generate"] = async (request, { signal }) => {
    const fault = faults[requests.length % faults.length] ?? "none";
    requests.push(request);
    await wait();
    signal.throwIfAborted();
    const questions = readQuestions(request.prompt);
    const single = { status: "answered", finishReason: "stop", text: answerTo(request.prompt) } as const;
    const answer: ProviderAnswer = questions.size > 0 ? createPackedAnswer(questions, fault) : single;
    if (answer.status === "answered") answers.push({ ...answer, usage });
    return answer.status === "answered" && usage !== undefined ? { ...answer, usage } : answer;
  };
  return { provider: { name: "packed", generate }, requests, answers };
}
