import type { Rule } from "../rule.ts";

/** Java, Kotlin, Scala, Groovy and Clojure, with Gradle, Maven, sbt and Android. */
export const JVM: readonly Rule[] = [
  {
    rule: "jvm/lock-file",
    category: "dependencies",
    generated: true,
    names:
      "gradle.lockfile buildscript-gradle.lockfile verification-metadata.xml verification-keyring.keys maven_install.json",
  },
  {
    rule: "jvm/manifest",
    category: "dependencies",
    names:
      "pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts libs.versions.toml gradle-wrapper.properties gradle-wrapper.jar " +
      "maven-wrapper.properties maven-wrapper.jar build.sbt plugins.sbt build.sc build.mill ivy.xml deps.edn project.clj build.boot bb.edn " +
      "shadow-cljs.edn dependencies.gradle dependencies.gradle.kts versions.gradle versions.properties project.scala",
  },
  {
    rule: "jvm/manifest",
    category: "dependencies",
    extensions: "toml gradle kts scala xml pom",
    holds: ({ name, extension, folders }) =>
      name.endsWith(".versions.toml") ||
      // A module's script that is called like its folder, as in Spring: spring-core/spring-core.gradle
      ((name.endsWith(".gradle") || name.endsWith(".gradle.kts")) &&
        folders.at(-1) === name.slice(0, name.indexOf(".gradle"))) ||
      (name === "dependencies.scala" && folders.at(-1) === "project") ||
      (name === "extensions.xml" && folders.at(-1) === ".mvn") ||
      extension === "pom",
  },
  {
    rule: "jvm/vendored-archive",
    category: "dependencies",
    extensions: "jar aar",
    holds: ({ folders }) => folders.some((folder) => /^(?:libs?|vendor|third[-_]?party)$/.test(folder)),
  },
  {
    rule: "jvm/test-file",
    category: "tests",
    extensions: "java kt kts scala groovy clj cljs cljc",
    holds: ({ name, exactName, path }) =>
      /(?:Tests?\.(?:java|kt|groovy)|(?:Test|TestCase|TestSuite|[a-z]ITCase|[a-z]IT)\.(?:java|kt|scala|groovy))$|^Test[A-Z]\w*\.(?:java|kt)$/.test(
        exactName,
      ) ||
      // A library of specifications or, in Scala, of laws is no test itself.
      (/(?:Spec|Suite)\.(?:kt|scala|groovy)$|Tests\.scala$/.test(exactName) &&
        !/(?:^|\/)(?:main|\w+Main)\//.test(path)) ||
      /_test\.clj[cs]?$/.test(name),
  },
  {
    // Shapes drawn in XML
    rule: "android/drawable",
    category: "assets",
    extensions: "xml",
    holds: ({ folders }) => folders.includes("res") && /^(?:drawable|mipmap)(?:-|$)/.test(folders.at(-1) ?? ""),
  },
  {
    rule: "android/resource",
    category: "code",
    strength: "config",
    extensions: "xml",
    // What is compiled into the app: layouts, menus, texts, styles. res/xml/ holds settings.
    holds: ({ folders }) =>
      /^(?:res|resources|composeresources)$/.test(folders.at(-2) ?? "") &&
      /^(?:layout|menu|values|navigation|anim|animator|transition|color|font|raw|composeresources)(?:-|$)/.test(
        folders.at(-1) ?? "",
      ),
  },
  {
    rule: "jvm/build-settings",
    category: "config",
    names:
      "gradlew gradlew.bat mvnw mvnw.cmd gradle.properties local.properties build.properties checkstyle.xml pmd.xml spotbugs.xml detekt.yml bnd.bnd lint.xml " +
      "build.xml androidmanifest.xml logback.xml logback-test.xml log4j2.xml log4j.properties proguard-rules.pro consumer-rules.pro lombok.config " +
      "scalafmt.conf manifest.mf beans.xml persistence.xml web.xml jvm.config maven.config google-services.json jitpack.yml baseline-prof.txt startup-prof.txt",
  },
  {
    // Which classes serve an interface, for java.util.ServiceLoader
    rule: "jvm/service-list",
    category: "config",
    folders: "services",
    holds: ({ folders }) => folders.at(-1) === "services" && folders.at(-2) === "meta-inf",
  },
  { rule: "jvm/build-settings", category: "config", extensions: "gradle sbt pro bnd prefs iml" },
  {
    rule: "jvm/build-settings",
    category: "config",
    extensions: "kts",
    holds: ({ name }) => name.endsWith(".gradle.kts"),
  },
  {
    rule: "jvm/source",
    category: "code",
    extensions: "java kt kts ktm scala sc mill groovy gvy clj cljs cljc cljd jsp jspx ftl ftlh vm xtend jj aj fxml bsh",
  },
];
