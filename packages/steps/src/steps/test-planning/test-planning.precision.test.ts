import { createStepRepository } from "../../../test/step-repository.ts";
import { measurePrecision, type PublishedCase } from "../../../test/published/measure-precision.ts";
import { readPublished } from "../../../test/published/published-packages.ts";
import planTests from "./step.ts";

/** A place in a published test file. */
interface Problem extends PublishedCase {
  readonly rule: string;
  readonly line: number;
}

/** A problem, named by its file and line. */
function problem(from: PublishedCase["from"], file: string, rule: string, line: number): Problem {
  return { from, what: `${file}:${line}`, rule, line };
}

const fileOf = ({ what }: PublishedCase): string => what.replace(/:\d+$/, "");

measurePrecision<Problem, PublishedCase>({
  step: "test_planning",
  problems: [
    problem("bull@2.0.0", "test/test_cluster.js", "skipped-test", 127),
    problem("bull@2.0.0", "test/test_job.js", "skipped-test", 503),
    problem("bull@2.0.0", "test/test_job.js", "skipped-test", 504),
    problem("bull@2.0.0", "test/test_priority_queue.js", "skipped-test", 24),
    problem("bull@2.0.0", "test/test_priority_queue.js", "skipped-test", 309),
    problem("bull@2.0.0", "test/test_priority_queue.js", "skipped-test", 394),
    problem("bull@2.0.0", "test/test_queue.js", "skipped-test", 530),
    problem("bull@2.0.0", "test/test_queue.js", "skipped-test", 818),
    problem("bull@2.0.0", "test/test_queue.js", "assertion-without-check", 1011),
    problem("ioredis@2.0.0", "test/functional/pub_sub.js", "assertion-without-check", 23),
    problem("winston@2.4.0", "test/transports/file-test.js", "assertion-cannot-fail", 91),
    problem("sinon@1.10.0", "test/sinon/util/fake_xml_http_request_test.js", "assertion-cannot-fail", 1316),
    problem("sinon@1.10.0", "test/sinon/util/fake_xml_http_request_test.js", "assertion-cannot-fail", 1338),
    problem("sinon@1.10.0", "test/sinon/util/fake_xml_http_request_test.js", "assertion-cannot-fail", 1430),
    problem("sinon@1.10.0", "test/sinon/util/fake_xml_http_request_test.js", "assertion-cannot-fail", 1454),
    problem("node-gyp@10.0.0", "gyp/pylib/gyp/MSVSSettings_test.py", "empty-test", 1143),
    problem("pg@4.5.7", "test/integration/client/big-simple-query-tests.js", "no-assertion", 16),
    problem("pg@4.5.7", "test/integration/client/big-simple-query-tests.js", "no-assertion", 25),
    problem("pg@4.5.7", "test/integration/client/big-simple-query-tests.js", "no-assertion", 35),
    problem("pg@4.5.7", "test/test-helper.js", "assertion-cannot-fail", 44),
  ],
  lookAlikes: [
    // Empty functions, beside those of tests and as the last argument of what makes a test.
    { from: "amqplib@0.5.2", what: "test/connection.js" },
    { from: "amqplib@0.5.2", what: "test/connect.js" },
    { from: "ioredis@2.0.0", what: "test/functional/connection.js" },
    { from: "ioredis@2.0.0", what: "test/functional/auth.js" },
    { from: "ioredis@2.0.0", what: "test/unit/commander.js" },
    { from: "ioredis@2.0.0", what: "test/unit/redis.js" },
    { from: "winston@2.4.0", what: "test/transports/file-archive-test.js" },
    { from: "winston@2.4.0", what: "test/transports/file-maxsize-test.js" },
    { from: "winston@2.4.0", what: "test/transports/file-tailrolling-test.js" },
    { from: "winston@2.4.0", what: "test/transports/file-maxfiles-test.js" },
    { from: "pg@4.5.7", what: "test/integration/connection-pool/ending-pool-tests.js" },
    // Functions called `test`, `match` and `assert` that are what is tested.
    { from: "sinon@1.10.0", what: "test/sinon/test_test.js" },
    { from: "sinon@1.10.0", what: "test/sinon/match_test.js" },
    { from: "sinon@1.10.0", what: "test/sinon/assert_test.js" },
    { from: "sinon@1.10.0", what: "test/sinon/util/fake_timers_test.js" },
    // Skipped tests are notes, and what is not skipped there is sound.
    { from: "bull@2.0.0", what: "test/test_priority_queue.js" },
    { from: "bull@2.0.0", what: "test/test_job.js" },
    // Comparisons of equal texts that are made in different ways, in Python.
    { from: "node-gyp@10.0.0", what: "gyp/pylib/gyp/common_test.py" },
    { from: "node-gyp@10.0.0", what: "gyp/pylib/gyp/easy_xml_test.py" },
    { from: "node-gyp@10.0.0", what: "gyp/pylib/gyp/input_test.py" },
    { from: "node-gyp@10.0.0", what: "gyp/pylib/gyp/generator/msvs_test.py" },
    { from: "node-gyp@10.0.0", what: "gyp/pylib/gyp/generator/ninja_test.py" },
  ],
  async judge(one, folder) {
    const repository = createStepRepository();
    try {
      repository.write({ [fileOf(one)]: readPublished(folder, fileOf(one)) });
      const options = { with: { max_per_file: 1000 } };
      return (await repository.run("test_planning", async (context) => planTests(context), options)).findings;
    } finally {
      repository.close();
    }
  },
  tells: (one, findings) =>
    findings.some(({ rule, file, line }) => rule === one.rule && file === fileOf(one) && line === one.line),
});
