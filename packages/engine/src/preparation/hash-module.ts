import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/** SHA-256 over what a module step's file holds, also behind a link; a word for one that cannot be read. */
export function hashModule(target: string, module: string): string {
  try {
    return createHash("sha256")
      .update(readFileSync(path.resolve(target, module)))
      .digest("hex");
  } catch {
    return "unreadable";
  }
}
