import { expect, test } from "vitest";
import { keepsRunning } from "./keeps-running.ts";

test("keepsRunning() knows a process by the names of its program and of what an interpreter runs", () => {
  const keeps = keepsRunning(new Set(["GradleDaemon", "watchman"]));
  const java = ["/usr/bin/java", "-cp", "x.jar", "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "8.5"];
  expect(keeps({ pid: 7, command: java, name: "java" })).toBe(true);
  expect(keeps({ pid: 7, command: ["/opt/watchman", "--server"], name: "watchman" })).toBe(true);
  expect(keeps({ pid: 7, command: ["/bin/sleep", "9"], name: "sleep" })).toBe(false);
  expect(keepsRunning(new Set())({ pid: 7, command: java, name: "java" })).toBe(false);
});
