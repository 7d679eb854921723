import type { EcosystemFacts, EcosystemReader } from "../ecosystem-reader.ts";
import { isForeign, type Folder } from "../folder.ts";

const PROJECT = /\.(?:cs|fs|vb)proj$/;

/** Solutions and projects of .NET. */
export const dotnet: EcosystemReader = {
  ecosystem: "dotnet",
  isManifest: (name) => /\.slnx?$/.test(name) || PROJECT.test(name),
  describe,
};

function describe(folder: Folder): EcosystemFacts {
  const here = folder.files.filter((file) => !file.includes("/"));
  const file = here.find((one) => /\.slnx?$/.test(one)) ?? here.find((one) => PROJECT.test(one)) ?? "";
  const projects = folder.files.filter((one) => PROJECT.test(one) && !isForeign(one));
  const texts = projects.map((one) => folder.text(one));
  const dependencies = texts.flatMap((text) =>
    [...text.matchAll(/<PackageReference\s+Include="([^"]+)"/g)].map(([, name = ""]) => name),
  );
  const hasTests = texts.some((text) => /Microsoft\.NET\.Test\.Sdk|Sdk="MSTest\.Sdk|<IsTestProject>true/.test(text));
  const because = /\.slnx?$/.test(file) ? "it is a solution of .NET" : "it is a project of .NET";
  return {
    packageManagers: [{ name: "nuget", file }],
    packages: [{ file, dependencies: new Set(dependencies) }],
    commands: [
      ...(hasTests
        ? [
            {
              purpose: "test" as const,
              command: "dotnet test",
              file,
              because,
              runner: "dotnet test" as const,
              withArguments: "dotnet test",
            },
          ]
        : []),
      ...(folder.has(".editorconfig")
        ? [
            {
              purpose: "lint" as const,
              command: "dotnet format --verify-no-changes",
              file: ".editorconfig",
              because: "it says how sources are formatted",
            },
          ]
        : []),
      { purpose: "build", command: "dotnet build", file, because },
    ],
  };
}
