const SPECIAL = /[*?[\]{}()!+@\\|^$]/g;
const hasSpecial = (text: string): boolean => /[*?[\]{}()!+@\\|]/.test(text);

/** Where globs of a step that is done for units are meant to begin. */
export interface UnitFolders {
  /** Folder of the unit, `""` for the target. */
  readonly directory: string;
  /** Folders of the units that it needs. */
  readonly needed: readonly string[];
}

/**
 * Turns globs that are meant from the folder of a unit into globs from the target: `src/**` is below the unit, `^src/**` below each unit
 * that it needs, `/tsconfig.json` below the target; `!` goes before all of them. Pure.
 */
export function unitGlobs(globs: readonly string[], { directory, needed }: UnitFolders): readonly string[] {
  const found = globs.flatMap((glob) => {
    const negated = glob.startsWith("!") && !glob.startsWith("!(");
    const sign = negated ? "!" : "";
    const body = negated ? glob.slice(1) : glob;
    if (body.startsWith("/")) return [sign + body.replace(/^\/+/, "")];
    if (body.startsWith("^")) return needed.flatMap((folder) => below(folder, body.slice(1)).map((one) => sign + one));
    return below(directory, body).map((one) => sign + one);
  });
  // A list that begins with `!` begins with every file: here, with every file of the unit.
  return found[0]?.startsWith("!") === true ? [...below(directory, "**"), ...found] : found;
}

/** A glob that is meant from a folder, from the target; two where the folder has to be escaped, for then a name means no folder any more. */
function below(directory: string, glob: string): readonly string[] {
  const inside = glob.replace(/^(?:\.?\/)+/, "").replace(/^\.$/, "");
  if (directory === "") return [inside === "" ? "**" : inside];
  const folder = directory.replace(SPECIAL, "\\$&");
  if (inside === "") return [`${folder}/**`];
  const whole = `${folder}/${inside}`;
  return folder !== directory && !hasSpecial(inside) && !inside.endsWith("/") ? [whole, `${whole}/**`] : [whole];
}
