/** Fails for each relative link of a document that leads to no file. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const LINK = /\]\((?!https?:)([^)#]+)/g;

export default function checkLinks({ directory, files }) {
  const findings = files.flatMap((file) => {
    const text = readFileSync(path.join(directory, file), "utf8");
    return [...text.matchAll(LINK)]
      .filter(([, target]) => !existsSync(path.join(directory, path.dirname(file), target)))
      .map(([, target]) => ({ rule: "broken-link", severity: "error", message: `${target} is not there`, file }));
  });
  return { findings };
}
