import { lstatSync } from "node:fs";
import type { FileEntry } from "../change.ts";
import { unreadableId } from "../disk/unreadable-id.ts";
import type { StatusEntry } from "../git-engine.ts";

/** A name and a reason, as `perror()` puts them. Names with line ends are cut by it; they are then no names of files. */
const COMPLAINT = /^(?!(?:warning|error|fatal|hint): )(.+): [A-Z][\w ,/-]*$/;

/** Whether a path cannot even be looked at; one that is simply not there can. */
function isUnseen(path: string): boolean {
  try {
    lstatSync(path, { throwIfNoEntry: false });
    return false;
  } catch {
    return true;
  }
}

/**
 * The tracked files at which git could not look, because a folder above them may not be entered: `git status` says so in its messages and
 * calls them unchanged. Here they are edited, with content that nobody knows.
 *
 * @param messages - what `git status` wrote to its standard error
 * @param entries - what it listed; an entry of a path that is in the answer, too, is replaced by that
 */
export function unseenEntries(
  root: string,
  messages: string,
  { entries, files }: { readonly entries: readonly StatusEntry[]; readonly files: readonly FileEntry[] | undefined },
): readonly StatusEntry[] {
  if (messages === "") return [];
  const names = messages.split("\n").flatMap((line) => COMPLAINT.exec(line)?.[1] ?? []);
  return [...new Set(names)].flatMap((path): StatusEntry[] => {
    if (!isUnseen(`${root}/${path}`)) return [];
    const listed = entries.find(({ name }) => name.path === path && name.bytes === undefined);
    const file = files?.find((one) => one.path === path && one.pathBytes === undefined);
    const state = file === undefined ? { mode: "100644", id: unreadableId() } : { mode: file.mode, id: file.id };
    return [
      {
        name: { path, bytes: undefined },
        from: listed?.from,
        isWorkRename: false,
        head: listed === undefined ? state : listed.head,
        index: listed?.index ?? state,
        workMode: state.mode,
        staged: listed?.staged ?? false,
        unstaged: true,
        untracked: false,
        unmerged: listed?.unmerged ?? false,
        submodule: undefined,
      },
    ];
  });
}
