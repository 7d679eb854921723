/** Both paths of each change. Throws where nothing is known: that would be an answer quickly given. */
export function pathsOf(changes) {
  if (!changes.known) throw new Error(`${changes.code}: ${changes.message}`);
  return changes.changes.flatMap(({ path, previousPath }) =>
    previousPath === undefined ? [path] : [path, previousPath],
  );
}
