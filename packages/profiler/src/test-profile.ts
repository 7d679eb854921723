/** What test runners tell of where their time went; the entry point `@ai-workflow/profiler/test-profile`. */
export { formatTestProfile } from "./test-profile/format-test-profile.ts";
export { parseTestProfile } from "./test-profile/parse-test-profile.ts";
export { readTestProfile } from "./test-profile/read-test-profile.ts";
