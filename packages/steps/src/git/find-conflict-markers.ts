/** A conflict as git writes it into a file, or what is left of one. */
export interface ConflictMarkers {
  /** Of its first marker. */
  readonly line: number;
  /** Of its last marker; the same where only one is left. */
  readonly endLine: number;
  /** Whether all three are there in their order: one alone may be anything else, such as the line of equal signs below a heading. */
  readonly isWhole: boolean;
}

/** Git makes markers longer than seven letters where conflicts lie within each other, or files were renamed. */
const MARKER = /^(<{7,}|\|{7,}|={7,}|>{7,})(?: (.*))?$/;
/** What git writes behind a marker (a branch, a commit with its subject), and Subversion; behind it, a path that was renamed. */
const LABEL =
  /^(?:HEAD|ours|theirs|base|Updated upstream|Stashed changes|merged common ancestors|parent of \S.*|\.mine|\.r\d+|main|master|trunk|dev|develop|development|next|staging|gh-pages|[0-9a-f]{7,40}(?: \(.*\))?|[\w.-]+\/[\w./#-]+)(?::\S+)?$/;

/** The conflicts in a text, and single markers that are surely git's. Pure, and linear in the text. */
export function findConflictMarkers(lines: readonly string[]): readonly ConflictMarkers[] {
  const found: ConflictMarkers[] = [];
  let open: { readonly line: number; readonly size: number; readonly isGits: boolean; isParted: boolean } | undefined;
  const leave = (line: number, isGits: boolean): void => {
    if (isGits) found.push({ line, endLine: line, isWhole: false });
  };
  for (const [index, text] of lines.entries()) {
    const [, marker = "", label] = MARKER.exec(text.endsWith("\r") ? text.slice(0, -1) : text) ?? [];
    if (marker === "") continue;
    const line = index + 1;
    const isGits = label !== undefined && LABEL.test(label);
    if (marker.startsWith("<")) {
      if (open !== undefined) leave(open.line, open.isGits);
      open = { line, size: marker.length, isGits, isParted: false };
    } else if (open?.size !== marker.length) {
      if (!marker.startsWith("=")) leave(line, isGits);
    } else if (marker.startsWith("=")) {
      open.isParted ||= label === undefined;
    } else if (marker.startsWith(">")) {
      if (open.isParted) found.push({ line: open.line, endLine: line, isWhole: true });
      else {
        leave(open.line, open.isGits);
        leave(line, isGits);
      }
      open = undefined;
    }
  }
  if (open !== undefined) leave(open.line, open.isGits);
  return found.toSorted((one, other) => one.line - other.line);
}
