import { continueSteps, suspendSteps } from "@ai-workflow/engine";

/** What is done around a stop of the program. */
export interface SuspendHandlers {
  /** Before it is stopped. */
  readonly before: () => void;
  /** Once it goes on; a shell may say that more than once, and also of a stop that nobody announced (SIGSTOP). */
  readonly after: () => void;
}

/**
 * Makes of Ctrl-Z (SIGTSTP) what people mean by it: the steps that run stop with the program, and go on with it (`fg`, `bg`). Returns a function
 * that leaves the signals to Node again.
 */
export function onSuspend({ before, after }: SuspendHandlers): () => void {
  const suspend = (): void => {
    before();
    suspendSteps();
    process.kill(process.pid, "SIGSTOP");
  };
  const goOn = (): void => {
    continueSteps();
    after();
  };
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", goOn);
  return () => {
    process.off("SIGTSTP", suspend);
    process.off("SIGCONT", goOn);
  };
}
