import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Where proposals are, relative to the repository: in the state folder, which git ignores. */
const FOLDER = ".workflow/proposals";

/** Keeps what a step proposes as a patch, in the place of what it proposed before. Gives the path for `git apply`. */
export function saveProposal(directory: string, step: string, patch: string): string {
  const file = `${FOLDER}/${step.replace(/[^\w.@-]/g, "-")}.patch`;
  const target = path.join(directory, file);
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, patch);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return file;
}
