import type { MessagePort } from "node:worker_threads";
import { readModuleQuestion, type AskModel, type ModuleQuestion, type ModuleReply } from "./module-question.ts";

/** A question on its way from the thread of a module; its number tells it from the others of that thread. */
export interface AskedQuestion {
  readonly number: number;
  readonly question: ModuleQuestion;
}

/** What comes back: a reply, or why the question makes no sense. */
export type AskAnswer =
  | { readonly number: number; readonly reply: ModuleReply }
  | { readonly number: number; readonly refused: string };

/** `ask` of a module's context, over the port that leads out of its thread; without one the step did not say that it asks. */
export function createModuleAsk(port: MessagePort | undefined): AskModel {
  if (port === undefined) {
    const message = "Cannot ask a model: `asks` of the step does not name the prompt";
    return () => Promise.reject(new Error(message));
  }
  const waiting = new Map<
    number,
    { readonly settle: (reply: ModuleReply) => void; readonly refuse: (e: Error) => void }
  >();
  let last = 0;
  port.on("message", (answer: AskAnswer) => {
    const one = waiting.get(answer.number);
    waiting.delete(answer.number);
    if ("reply" in answer) one?.settle(answer.reply);
    else one?.refuse(new Error(answer.refused));
  });
  return async (given) => {
    const question = readModuleQuestion(given);
    const number = ++last;
    return new Promise((settle, refuse) => {
      waiting.set(number, { settle, refuse });
      port.postMessage({ number, question } satisfies AskedQuestion);
    });
  };
}
