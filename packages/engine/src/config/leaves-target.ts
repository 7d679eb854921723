/** Whether a path of the configuration, relative to the target, points out of it. */
export function leavesTarget(path: string): boolean {
  return path.startsWith("/") || path.split("/").includes("..");
}
