import { afterAll, afterEach, beforeEach, vi } from "vitest";
import { HERMETIC, removeFolders } from "./repository.ts";

/** Keeps the tests of a file or suite away from the settings of the machine, and removes their repositories at the end. */
export function useHermeticGit(): void {
  beforeEach(() => {
    vi.stubEnv("GIT_CONFIG_GLOBAL", HERMETIC["GIT_CONFIG_GLOBAL"]);
    vi.stubEnv("GIT_CONFIG_NOSYSTEM", HERMETIC["GIT_CONFIG_NOSYSTEM"]);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
  afterAll(removeFolders);
}
