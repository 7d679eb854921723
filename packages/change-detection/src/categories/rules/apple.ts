import type { Rule } from "../rule.ts";

/** Swift, Xcode, CocoaPods and Carthage. */
export const APPLE: readonly Rule[] = [
  {
    rule: "apple/lock-file",
    category: "dependencies",
    generated: true,
    names: "package.resolved podfile.lock cartfile.resolved",
  },
  {
    rule: "apple/manifest",
    category: "dependencies",
    names: "package.swift podfile cartfile cartfile.private mintfile",
    extensions: "podspec",
  },
  {
    rule: "apple/manifest",
    category: "dependencies",
    extensions: "swift json",
    holds: ({ name, folders }) =>
      /^package@swift-[\d.]+\.swift$/.test(name) ||
      name.endsWith(".podspec.json") ||
      (name === "dependencies.swift" && folders.includes("tuist")),
  },
  {
    rule: "apple/installed-pods",
    category: "dependencies",
    folders: "pods",
    holds: ({ path }) => /(?:^|\/)Pods\//.test(path),
  },
  {
    rule: "apple/carthage-build",
    category: "dependencies",
    folders: "carthage",
    holds: ({ path }) => /(?:^|\/)Carthage\/(?:Build|Checkouts)\//.test(path),
  },
  {
    rule: "apple/test-file",
    category: "tests",
    extensions: "swift m mm xctestplan",
    holds: ({ exactName, extension, path }) =>
      extension === "xctestplan" ||
      /(?:Tests?|TestCase|UITests)\.(?:swift|mm?)$/.test(exactName) ||
      (/Spec\.(?:swift|mm?)$/.test(exactName) && !/(?:^|\/)Sources\//.test(path)),
  },
  {
    rule: "apple/asset-catalogue",
    category: "assets",
    extensions: "json",
    holds: ({ folders }) => folders.some((folder) => folder.endsWith(".xcassets")),
  },
  {
    rule: "apple/documentation-catalogue",
    category: "docs",
    extensions: "tutorial",
    holds: ({ folders }) => folders.some((folder) => folder.endsWith(".docc")),
  },
  {
    rule: "apple/project-settings",
    category: "config",
    names:
      "project.yml project.swift workspace.swift fastfile appfile matchfile gymfile scanfile snapfile deliverfile pluginfile dangerfile dangerfile.swift dangerfile.js dangerfile.ts",
    extensions:
      "pbxproj xcconfig xcscheme xcworkspacedata xcsettings xcuserstate entitlements plist storekit modulemap xcprivacy xcbkptlist",
  },
  {
    rule: "apple/source",
    category: "code",
    extensions:
      "swift storyboard xib nib intentdefinition xcdatamodel xcmappingmodel strings stringsdict xcstrings applescript gyb",
  },
  {
    rule: "apple/data-model",
    category: "code",
    strength: "config",
    names: "contents",
    holds: ({ folders }) => (folders.at(-1) ?? "").endsWith(".xcdatamodel"),
  },
];
