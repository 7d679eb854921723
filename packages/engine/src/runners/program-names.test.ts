import { expect, test } from "vitest";
import { programNames } from "./program-names.ts";

test.each<[string, readonly string[], string, readonly string[]]>([
  ["a program", ["/usr/bin/tool", "gradle"], "tool", ["tool"]],
  ["a program that goes by another name", ["/usr/bin/tool"], "worker", ["tool", "worker"]],
  ["a program with a title of its own", ["postgres: writer process"], "postgres", ["postgres"]],
  [
    "a script of node",
    ["node", "--max-old-space-size=1", "/x/lib/tsserver.js", "a.js"],
    "node",
    ["node", "tsserver.js", "tsserver"],
  ],
  [
    "a script behind a module that is loaded first",
    ["/bin/node", "-r", "/x/hook.js", "/x/server.mjs"],
    "MainThread",
    ["node", "MainThread", "server.mjs", "server"],
  ],
  [
    "a Java program",
    ["/jdk/bin/java", "-Xmx512m", "-cp", "/x/gradle.jar", "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "8.5"],
    "java",
    ["java", "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "GradleDaemon"],
  ],
  ["a Java archive", ["java", "-jar", "/x/server.jar"], "java", ["java", "server.jar", "server"]],
  [
    "a shell that only names a program in its command",
    ["sh", "-c", "gradle build; true"],
    "sh",
    ["sh", "gradle build; true"],
  ],
  ["a process without arguments", [], "", []],
])("%s", (_, command, shown, names) => {
  expect(programNames(command, shown)).toEqual(names);
});
