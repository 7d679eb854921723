import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";
import type { TestRunner } from "../project-facts.ts";

const GRADLE_FILES = ["settings.gradle.kts", "settings.gradle", "build.gradle.kts", "build.gradle"] as const;

/** Projects of Maven and Gradle, in Java, Kotlin, Scala or Groovy. */
export const jvm: EcosystemReader = {
  ecosystem: "jvm",
  isManifest: (name) => name === "pom.xml" || GRADLE_FILES.some((file) => file === name),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const gradle = folder.first(...GRADLE_FILES);
  // A repository that has both mostly keeps one for the users of the other; with a wrapper it runs that.
  if (folder.has("pom.xml") && (gradle === undefined || !folder.has("gradlew"))) return maven(folder);
  return gradle === undefined ? { commands: [] } : describeGradle(folder, gradle);
}

function hasTests({ files }: Folder): boolean {
  return files.some(
    (file) => /(?:^|\/)src\/\w*[tT]est\w*\/.+\.(?:java|kt|kts|scala|groovy)$/.test(file) && !isForeign(file),
  );
}

function maven(folder: Folder): EcosystemFacts {
  const file = "pom.xml";
  const text = folder.text(file);
  const program = folder.has("mvnw") ? "sh ./mvnw" : "mvn";
  const because = "it makes the folder a project of Maven";
  const dependencies = [...text.matchAll(/<artifactId>\s*([\w.-]+)\s*<\/artifactId>/g)].map(([, name = ""]) => name);
  const lint = /maven-checkstyle-plugin/.test(text)
    ? "checkstyle:check"
    : /spotless-maven-plugin/.test(text)
      ? "spotless:check"
      : undefined;
  return {
    packageManagers: [{ name: "maven", file: folder.first("mvnw") ?? file }],
    packages: [{ file, dependencies: new Set(dependencies) }],
    commands: [
      ...(hasTests(folder) ? [test(`${program} --batch-mode test`, file, because, "maven")] : []),
      ...(lint === undefined
        ? []
        : [
            {
              purpose: "lint" as const,
              command: `${program} --batch-mode ${lint}`,
              file,
              because: "it configures a linter",
            },
          ]),
      { purpose: "build", command: `${program} --batch-mode package -DskipTests`, file, because },
    ],
  };
}

function describeGradle(folder: Folder, file: string): EcosystemFacts {
  const program = folder.has("gradlew") ? "sh ./gradlew" : "gradle";
  const because = "it makes the folder a project of Gradle";
  const scripts = folder.files.filter((one) => /(?:^|\/)build\.gradle(?:\.kts)?$/.test(one) && !isForeign(one));
  const text = [...scripts, "gradle/libs.versions.toml"].map((one) => folder.text(one)).join("\n");
  const dependencies = [...text.matchAll(/["']([\w.-]+:[\w.-]+)(?::[^"']*)?["']/g)].map(([, name = ""]) => name);
  const lint = /com\.diffplug\.spotless/.test(text)
    ? "spotlessCheck"
    : /\bktlint\b/.test(text)
      ? "ktlintCheck"
      : /\bdetekt\b/.test(text)
        ? "detekt"
        : undefined;
  return {
    packageManagers: [{ name: "gradle", file: folder.first("gradlew") ?? file }],
    packages: [{ file, dependencies: new Set(dependencies) }],
    commands: [
      ...(hasTests(folder) ? [test(`${program} --console=plain test`, file, because, "gradle")] : []),
      ...(lint === undefined
        ? []
        : [
            {
              purpose: "lint" as const,
              command: `${program} --console=plain ${lint}`,
              file,
              because: "it configures a linter",
            },
          ]),
      { purpose: "build", command: `${program} --console=plain assemble`, file, because },
    ],
  };
}

function test(command: string, file: string, because: string, runner: TestRunner): FoundCommand {
  return { purpose: "test", command, file, because, runner, withArguments: command };
}
