/** The port suites, on PostgreSQL. */
import * as PgFixture from "@wr2/testkit/PgFixture"
import {
  accountsSuite,
  actionQueueSuite,
  consumerOffsetsSuite,
  eventLogSuite,
  instanceStoreSuite
} from "@wr2/testkit/PortSuites"
import { testGame } from "@wr2/testkit/TestGame"
import { tools } from "./support.ts"

instanceStoreSuite("postgres", PgFixture.layer(testGame), tools)
actionQueueSuite("postgres", PgFixture.layer(testGame), tools)
eventLogSuite("postgres", PgFixture.layer(testGame), tools)
accountsSuite("postgres", PgFixture.layer(testGame), tools)
consumerOffsetsSuite("postgres", PgFixture.layer(testGame), tools)
