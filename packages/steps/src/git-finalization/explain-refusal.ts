import type { Finding } from "@ai-workflow/engine";
import { printable } from "../text/printable.ts";

/** Why git did not do what it was to do, by what it printed. Pure. */
export function explainRefusal(what: string, output: string): Finding {
  const error = (rule: string, message: string, suggestion: string): Finding => ({
    rule,
    severity: "error",
    message,
    suggestion,
  });
  if (/\.lock'?: File exists/.test(output)) {
    return error(
      "locked",
      `${what} is not possible: another git holds the lock of the repository, or was killed and left it`,
      "wait for the other; where there is none, delete the file that git names (`git status` says which)",
    );
  }
  if (
    /failed to sign|gpg failed|signing failed|Couldn't load public key|No private key found|ssh-keygen/i.test(output)
  ) {
    return error(
      "signing",
      `${what} failed: it is to be signed, and signing failed`,
      "make the key available, or change `commit.gpgSign` and `tag.gpgSign` yourself",
    );
  }
  if (/Author identity unknown|Please tell me who you are|empty ident name/.test(output)) {
    return error("identity", `${what} failed: git does not know who you are`, "set `user.name` and `user.email`");
  }
  if (/\[rejected\]|non-fast-forward|fetch first/.test(output)) {
    return error(
      "push-rejected",
      `${what} was rejected: the remote branch has commits that this one lacks`,
      "pull first",
    );
  }
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const last = lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? "it said nothing";
  return error("refused", `${what} failed: ${printable(last)}`, "see the output of the step; a hook may have refused");
}
