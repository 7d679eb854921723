import { writeSync } from "node:fs";
import { EXIT } from "../exit-code.ts";
import { errorLink } from "../render/error-link.ts";

/**
 * Tells on standard error, once, that what goes to standard output could not be written, as on a disk that is full, and lets the program end
 * with 2 where it would end with 0. A reader that has seen enough (`ai-workflow run | head`) ends the output and nothing else.
 */
export function watchOutput(): void {
  let isFirst = true;
  const { stdout } = process;
  // Node's own stream for files takes a part that was written for the whole.
  if (!stdout.isTTY && !Reflect.has(stdout, "connecting")) stdout._write = writeWhole;
  stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    // What follows the first one follows from it.
    if (!isFirst) return;
    isFirst = false;
    if (code === "EPIPE") return;
    tell(
      `ai-workflow: standard output could not be written (${code ?? "unknown error"}): what it holds is incomplete\n${errorLink("CLI_OUTPUT_INCOMPLETE")}\n`,
    );
    process.on("exit", () => {
      process.exitCode ||= EXIT.usage;
    });
  });
  process.stderr.on("error", () => undefined);
}

function writeWhole(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
  try {
    for (let at = 0; at < chunk.length;) at += writeSync(process.stdout.fd, chunk, at);
  } catch (error) {
    done(error as Error);
    return;
  }
  done();
}

function tell(text: string): void {
  try {
    writeSync(process.stderr.fd, text);
  } catch {
    // Nobody is left to be told.
  }
}
