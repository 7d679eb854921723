import type { Finding } from "@ai-workflow/engine";
import { printable } from "../../text/printable.ts";

/** Git's own words, not those of a host that refuses a key. */
const NOT_WRITABLE =
  /^(?:fatal|error): .*(?:Permission denied|Read-only file system|No space left on device|Out of diskspace|Disk quota exceeded)/m;

/** Why git did not do what it was to do, by what it printed. Pure. */
export function explainRefusal(what: string, output: string): Finding {
  const error = (rule: string, message: string, suggestion: string): Finding => ({
    rule,
    severity: "error",
    message,
    suggestion,
  });
  const lock = /'([^'\n]+\.lock)'?: File exists/.exec(output)?.[1];
  if (lock !== undefined) return locked(what, lock);
  if (NOT_WRITABLE.test(output)) {
    return error(
      "not-writable",
      `${what} failed: ${printable(tellingLine(output))}`,
      "make the repository writable and room on its disk, and run once more",
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
  const why = printable(tellingLine(output));
  return error("refused", `${what} failed: ${why}`, "see the output of the step; a hook may have refused");
}

/** Of a lock that another holds. */
export function locked(what: string, file: string): Finding {
  return {
    rule: "locked",
    severity: "error",
    message: `${what} is not possible: another git holds the lock of the repository, or was killed and left it`,
    suggestion: `wait for the other; where there is none, delete ${printable(file, 200)}`,
  };
}

function tellingLine(output: string): string {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? "it said nothing";
}
