import type { EcosystemFacts, EcosystemReader, FoundCommand } from "../ecosystem-reader.ts";
import type { Folder } from "../folder.ts";
import { readTasks } from "../task-files.ts";
import { taskFor } from "./task-for.ts";

const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"] as const;
const SOURCE = /\.(?:c|cc|cpp|cxx)$/;

/** Programs in C and C++. */
export const native: EcosystemReader = {
  ecosystem: "native",
  isManifest: (name) => name === "CMakeLists.txt" || name === "meson.build" || MAKEFILES.some((file) => file === name),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  if (folder.has("CMakeLists.txt")) return { commands: cmake(folder) };
  if (folder.has("meson.build")) return { commands: meson(folder) };
  return { commands: make(folder) };
}

function cmake(folder: Folder): readonly FoundCommand[] {
  const file = "CMakeLists.txt";
  const lists = folder.files.filter((one) => /(?:^|\/)CMakeLists\.txt$/.test(one)).slice(0, 200);
  const tested = lists.some((one) => /^\s*(?:enable_testing\s*\(|include\s*\(\s*CTest\b)/im.test(folder.text(one)));
  // A folder of its own, so that nothing of the developer's build is changed.
  const build = "cmake -S . -B build && cmake --build build";
  return [
    ...(tested
      ? [
          {
            purpose: "test" as const,
            command: `${build} && ctest --test-dir build --output-on-failure`,
            file,
            because: "it names tests for ctest",
            runner: "ctest" as const,
            withArguments: `${build} && ctest --test-dir build --output-on-failure`,
          },
        ]
      : []),
    { purpose: "build", command: build, file, because: "it describes a build for CMake" },
  ];
}

function meson(folder: Folder): readonly FoundCommand[] {
  const file = "meson.build";
  const setup = "{ test -d build || meson setup build; }";
  const files = folder.files.filter((one) => /(?:^|\/)meson\.build$/.test(one)).slice(0, 200);
  const tested = files.some((one) => /^\s*test\s*\(/m.test(folder.text(one)));
  return [
    ...(tested
      ? [
          {
            purpose: "test" as const,
            command: `${setup} && meson test -C build`,
            file,
            because: "it names tests",
            runner: "meson" as const,
          },
        ]
      : []),
    {
      purpose: "build",
      command: `${setup} && meson compile -C build`,
      file,
      because: "it describes a build for Meson",
    },
  ];
}

/** Makefiles are everywhere; where there are sources in C or C++, they build them. */
function make(folder: Folder): readonly FoundCommand[] {
  const tasks = readTasks(folder).filter(({ command }) => command.startsWith("make "));
  const isNative = folder.files.some((file) => SOURCE.test(file));
  if (!isNative) return [];
  const [first] = tasks;
  const build = tasks.find(({ name }) => name === "all") ?? first;
  return [
    ...taskFor(tasks, "test", ["test", "check", "tests"], /\S/),
    ...taskFor(tasks, "lint", ["lint"], /\S/),
    ...(build === undefined
      ? []
      : [
          {
            purpose: "build" as const,
            command: "make",
            file: build.file,
            because: `its target "${build.name}"`,
            isNamed: true,
          },
        ]),
  ];
}
