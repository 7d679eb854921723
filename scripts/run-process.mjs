import { spawn } from "node:child_process";
import { constants } from "node:os";

const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a program and resolves to `{ code, output, stdout }`, never rejects: a program that cannot be started has code 127, one
 * ended by a signal 128 + its number. With `output: "inherit"` the program has our terminal, otherwise what it prints is
 * collected, `output` being both streams as they came. A signal sent to us is passed on, and we leave when the program has.
 */
export function runProcess(command, args, { cwd, env = process.env, output = "collect" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: output === "inherit" ? "inherit" : ["ignore", "pipe", "pipe"],
      shell: false,
    });
    const chunks = [];
    const printed = [];
    child.stdout?.on("data", (chunk) => {
      chunks.push(chunk);
      printed.push(chunk);
    });
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
    const settle = (code, extra = "") => {
      for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
      resolve({
        code,
        output: Buffer.concat(chunks).toString("utf8") + extra,
        stdout: Buffer.concat(printed).toString("utf8"),
      });
    };
    child.once("error", (error) => settle(127, `${command}: ${error.message}\n`));
    child.once("close", (code, signal) => settle(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
