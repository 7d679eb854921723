import type { Alert } from "../alert.ts";
import type { AlertMessage } from "./compose-message.ts";

/** What a message says an alert is: what it is, or a test where the message is one. */
export function statusOf(
  { isTest = false }: Pick<AlertMessage, "isTest">,
  { status }: Alert,
): Alert["status"] | "test" {
  return isTest ? "test" : status;
}
