import { judgePublishedPackage } from "../../../test/published/judge-published-package.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import checkCodeQuality from "./step.ts";

interface Problem extends PublishedCase {
  readonly rule: string;
  readonly line: number;
}

const complex = (from: PublishedCase["from"], file: string, line: number): Problem => ({
  from,
  what: `${file}:${line}`,
  rule: "complexity",
  line,
});
const copied = (from: PublishedCase["from"], file: string, line: number): Problem => ({
  ...complex(from, file, line),
  rule: "duplication",
});
const lookAlike = (from: PublishedCase["from"], what: string): PublishedCase => ({ from, what });
const fileOf = ({ what }: PublishedCase): string => what.replace(/:\d+$/, "");

// The packages have no linter installed, so that what is measured are complexity and duplication.
measurePrecision<Problem, PublishedCase>({
  step: "code_quality",
  problems: [
    complex("csv@0.3.7", "lib/parser.js", 50),
    complex("formidable@1.0.14", "lib/multipart_parser.js", 72),
    complex("irc@0.3.6", "lib/irc.js", 30),
    complex("marked@0.3.2", "lib/marked.js", 149),
    complex("natural@0.1.28", "lib/natural/stemmers/porter_stemmer_fr.js", 46),
    complex("request@2.34.0", "request.js", 245),
    complex("request@2.34.0", "request.js", 705),
    complex("htmlparser2@3.7.2", "lib/Tokenizer.js", 624),
    complex("ws@0.4.32", "lib/WebSocket.js", 452),
    complex("bson@0.2.5", "lib/bson/bson.js", 427),
    complex("escodegen@1.3.3", "escodegen.js", 899),
    complex("mongoose@4.13.21", "lib/cast.js", 21),
    complex("mongoose@4.13.21", "lib/document.js", 496),
    complex("node-gyp@10.2.0", "gyp/pylib/gyp/generator/xcode.py", 641),
    complex("node-gyp@10.2.0", "gyp/pylib/gyp/generator/cmake.py", 624),
    complex("mongodb@1.3.23", "lib/mongodb/connection/server.js", 300),
    copied("apn@1.5.2", "lib/feedback.js", 108),
    copied("ldapjs@0.7.1", "lib/messages/parser.js", 9),
    copied("bower@1.3.8", "lib/core/resolvers/SvnResolver.js", 162),
    copied("crc@0.2.1", "lib/crcTemp.js", 1),
    copied("orm@2.1.15", "lib/Drivers/DML/postgres.js", 148),
    copied("mongoose@4.13.21", "lib/document.js", 1325),
    copied("mongodb@1.3.23", "lib/mongodb/commands/update_command.js", 73),
  ],
  lookAlikes: [
    // Put together by a build out of files that are there as well.
    lookAlike("jade@1.3.1", "jade.js"),
    lookAlike("jade@1.3.1", "runtime.js"),
    lookAlike("ejs@1.0.0", "ejs.js"),
    lookAlike("ejs@1.0.0", "lib/ejs.js"),
    lookAlike("numeral@1.5.3", "languages/es.js"),
    lookAlike("chai@1.9.1", "lib/chai/core/assertions.js"),
    lookAlike("mocha@1.18.2", "lib/runner.js"),
    lookAlike("bson@0.2.5", "browser_build/bson.js"),
    lookAlike("angular-ui-router@0.2.18", "src/state.js"),
    // Written by a program, as it says.
    lookAlike("amqplib@0.5.2", "lib/defs.js"),
    // Templates of several dialects, which are to be equal.
    lookAlike("create-vite@5.5.5", "template-react/src/App.jsx"),
    lookAlike("create-vite@5.5.5", "template-solid-ts/src/App.tsx"),
    // Long switches, tables and many small functions that are alike.
    lookAlike("marked@0.3.2", "bin/marked"),
    lookAlike("ldapjs@0.7.1", "lib/client/client.js"),
    lookAlike("ldapjs@0.7.1", "lib/server.js"),
    lookAlike("validator@3.12.0", "validator.js"),
    lookAlike("async@0.9.2", "lib/async.js"),
    lookAlike("commander@2.0.0", "index.js"),
    lookAlike("natural@0.1.28", "lib/natural/stemmers/porter_stemmer_ru.js"),
    lookAlike("natural@0.1.28", "lib/natural/phonetics/double_metaphone.js"),
    lookAlike("formidable@1.0.14", "lib/incoming_form.js"),
    lookAlike("irc@0.3.6", "lib/codes.js"),
    lookAlike("xml2js@0.4.4", "lib/xml2js.js"),
  ],
  async judge(one, folder) {
    const findings = await judgePublishedPackage("code_quality", checkCodeQuality, folder);
    return findings.filter(({ file }) => file === fileOf(one));
  },
  tells: ({ rule, line }, findings) => findings.some((one) => one.rule === rule && one.line === line),
});
