import type { Rule } from "../rule.ts";

/** C#, F#, Visual Basic and PowerShell on .NET. */
export const DOTNET: readonly Rule[] = [
  {
    rule: "dotnet/lock-file",
    category: "dependencies",
    generated: true,
    names: "packages.lock.json paket.lock project.assets.json project.lock.json",
  },
  {
    rule: "dotnet/manifest",
    category: "dependencies",
    names:
      "packages.config directory.packages.props packages.props paket.dependencies paket.references dotnet-tools.json",
    extensions: "csproj fsproj vbproj nuspec sqlproj wixproj njsproj pyproj esproj psrc",
  },
  {
    rule: "dotnet/test-file",
    category: "tests",
    extensions: "cs fs vb ps1",
    holds: ({ name, exactName }) =>
      /(?:Tests?|TestCase|[a-z]Specs|TestBase)\.(?:cs|fs|vb)$/.test(exactName) || name.endsWith(".tests.ps1"),
  },
  {
    rule: "dotnet/approved-output",
    category: "tests",
    extensions: "txt json xml html cs sql md",
    holds: ({ name }) => /\.(?:verified|received|approved)\.\w+$/.test(name),
  },
  {
    rule: "dotnet/settings",
    category: "config",
    names:
      "nuget.config directory.build.props directory.build.targets directory.build.rsp global.json app.config web.config launchsettings.json stylecop.json " +
      "omnisharp.json xunit.runner.json version.json gitversion.yml nerdbank.json host.json local.settings.json coverlet.runsettings",
    extensions:
      "sln slnx slnf props targets ruleset pubxml runsettings manifest vcxproj filters shproj projitems dotsettings editorconfig vsconfig",
  },
  {
    rule: "dotnet/settings",
    category: "config",
    extensions: "json",
    holds: ({ name }) => /^appsettings(?:\.[\w-]+)?\.json$/.test(name),
  },
  {
    rule: "dotnet/source",
    category: "code",
    extensions:
      "cs csx fs fsx fsi vb razor cshtml vbhtml xaml axaml aspx ascx asmx asax master resx tt ttinclude ps1 psm1 psd1 ps1xml il cake",
  },
];
