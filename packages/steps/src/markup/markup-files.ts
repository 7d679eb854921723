/** Globs of the files that hold markup. */
export const MARKUP_FILES: readonly string[] = ["**/*.{html,htm,jsx,tsx,vue,svelte}"];
