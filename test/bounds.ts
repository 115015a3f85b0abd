/**
 * Every bound, and the tests that push past it: what its caller is told then, and that others do not
 * pay for it. A bound that is not here does not compile; a test that is not there fails.
 */
import type { Wr2Client } from "@wr2/client"
import type { Limits } from "@wr2/engine"
import type { ConsumerLimits } from "@wr2/engine/ConsumerLimits"
import type { GatewayLimits } from "@wr2/gateway"
import type * as Http from "@wr2/server/Http"
import type * as Passwords from "@wr2/server/Passwords"

/** A file, as pages name it, and names of tests in it. */
export type Shown = readonly [file: string, ...names: ReadonlyArray<string>]
export type Bounds<L> = Readonly<Record<keyof L, ReadonlyArray<Shown>>>

const bounds = "engine/test/bounds.test.ts"
const releasing = "engine/test/releasing.test.ts"
const relayed: ReadonlyArray<Shown> = [
  [bounds, "is answered relayWithin, or sent again after relayRetryFirst ... relayRetryMax"]
]
const retried: ReadonlyArray<Shown> = [
  [bounds, "tries a cycle again after retryFirst, twice that ..., never later than retryMax"]
]

/** Of the engine. */
export const engine: Bounds<Limits.Limits> = {
  queueFirst: [
    [
      "test/integration/requirements.engine.test.ts",
      "Commands, Actions and Events are the same, however Actions are queued: %s"
    ]
  ],
  batchMax: [
    [
      "engine/test/order.test.ts",
      "go to the queue when the cycle is full (batchMax), and all of them run"
    ]
  ],
  carryMax: [
    [
      "engine/test/executors.test.ts",
      "carries what waits: several instances, at once, no more than carryMax"
    ]
  ],
  executors: [
    [bounds, "has no more transactions at once than executors; who waits is served after"],
    [
      "postgres/test/commit.integration.test.ts",
      "by many executors at once has a connection for each of them"
    ]
  ],
  commandsWaitingPerActor: [
    ["engine/test/accepting.test.ts", "a full inbox is Overloaded; nobody else's is"]
  ],
  commandsWaitingPerInstance: [
    [bounds, "says how much it takes of one instance (commandsWaitingPerInstance), and when more"],
    [
      "engine/test/failing.test.ts",
      "while the database is away Commands wait; past the bound they are Unavailable"
    ]
  ],
  answersPerCommand: [
    [bounds, "is asked for by so many at once (answersPerCommand), then Overloaded"]
  ],
  repliesKept: [
    [
      "engine/test/accepting.test.ts",
      "no more than repliesKept are kept, and none is dropped: the next is Overloaded"
    ]
  ],
  answersKept: [
    [
      "engine/test/accepting.test.ts",
      "a cursor is written with answersKept characters of answers, the latest; older ones are empty"
    ]
  ],
  settledAheadMax: [
    [bounds, "settles no more than settledAheadMax ahead: numbers are not burnt up"]
  ],
  outOfOrderWait: [
    [
      "engine/test/accepting.test.ts",
      "or it is OutOfOrder with the n expected, from which the client goes on"
    ]
  ],
  actionsPerPlan: [
    [bounds, "that plans more than actionsPerPlan is Broken, and nothing is written"]
  ],
  causationDepthMax: [
    [
      "engine/test/order.test.ts",
      "run in the same cycle while their causation is not too deep, then first in the next"
    ]
  ],
  causationChainMax: [
    [
      "engine/test/order.test.ts",
      "a loop of them ends as a dead letter, and others are served meanwhile"
    ]
  ],
  plansMax: [[bounds, "is planned with plansMax others at most; the rest is next"]],
  lockSkipsMax: [
    [
      "engine/test/locking.test.ts",
      "somebody's lock: back with backoff, then Refused Busy after lockSkipsMax"
    ]
  ],
  retryFirst: retried,
  retryMax: retried,
  unusableRetryMax: [
    [
      "engine/test/failing.test.ts",
      "what the database refuses for good is tried less often, at least every unusableRetryMax, until it takes it"
    ]
  ],
  attemptsMax: [
    [
      "engine/test/caution.test.ts",
      "an Action that takes its runner down is a dead letter after attemptsMax, unrun"
    ]
  ],
  cautiousActions: [
    [
      "engine/test/caution.test.ts",
      "after an activation that no release preceded: one Action a transaction, counted first"
    ]
  ],
  cautiousFor: [["engine/test/caution.test.ts", "ends after cautiousFor"]],
  readStaleness: [
    [
      "engine/test/owning.test.ts",
      "within readStaleness are answered from memory, past it the epoch is confirmed first",
      "or are Unavailable, when the database does not answer"
    ]
  ],
  passivateAfter: [[releasing, "an instance that nobody uses is released after a while"]],
  passivateHorizon: [
    [
      releasing,
      "while an Action that wakes is due within the horizon; one that does not wake is parked"
    ]
  ],
  timersHorizon: [
    [
      "engine/test/timers.test.ts",
      "beyond the horizon they stay in the database until it comes near"
    ]
  ],
  timersLoadMax: [
    [
      "engine/test/timers.test.ts",
      "more than are read at once are read in parts, also when all are due at the same time"
    ],
    [
      "postgres/test/commit.integration.test.ts",
      "reaches the queue as far as activation may: what is later is read when it is due"
    ]
  ],
  fenceWait: [
    [
      "postgres/test/bounds.integration.test.ts",
      "a foreign session that holds an owner row is waited for fenceWait: Transient"
    ]
  ],
  linklessAfter: [
    [
      "engine/test/entering.test.ts",
      "who is claimed by no gateway for linklessAfter is disconnected by the owner"
    ]
  ],
  headEvery: [["engine/test/hearing.test.ts", "tells the head, also when nothing happens"]],
  chunkMax: [["engine/test/hearing.test.ts", "begins with what is kept, in chunks of chunkMax"]],
  feedBuffer: [
    ["engine/test/hearing.test.ts", "a reader that is too slow is cut, the others are not"]
  ],
  recentEvents: [
    [
      "engine/test/hearing.test.ts",
      "or, when what is kept does not go back so far, with the head: the log has the rest"
    ]
  ],
  textMax: [
    ["engine/test/accepting.test.ts", "text longer than allowed is TooLong, typed or spoken"]
  ],
  residentWeightMax: [
    [
      releasing,
      "past residentWeightMax idle instances go first, then callers are Overloaded",
      "also when many are woken at once"
    ]
  ],
  relayWithin: relayed,
  relayRetryFirst: relayed,
  relayRetryMax: relayed,
  releaseWithin: [[releasing, "out of time: skipped; the epoch makes that safe"]],
  agePerPriority: [
    [
      "engine/test/order.test.ts",
      "ageing lets none starve: low priority runs in its time under urgent load"
    ]
  ],
  idsPerAction: [
    [bounds, "that takes more new ids than idsPerAction is a dead letter once they end"]
  ],
  idBlock: [
    [
      "engine/test/writing.test.ts",
      "are global and logged by their first; a cycle that takes many is no defect"
    ]
  ],
  deadRowsMax: [
    [
      "engine/test/poison.test.ts",
      "no more locked rows are kept than deadRowsMax; how many more there were is said"
    ]
  ],
  decideWithin: [
    [bounds, "and a plan have decideWithin and no more: a dead letter, a Broken Command"]
  ]
}

const consuming = "engine/test/consuming.bounds.test.ts"
const failing: ReadonlyArray<Shown> = [
  [
    consuming,
    "that fails tries again after retryFirst ... retryMax, attemptsMax times; then it is parked, and looks every lookEvery"
  ]
]
const reading: ReadonlyArray<Shown> = [
  ["engine/test/consuming.test.ts", "that waits in memory for too many reads the log instead"]
]
const checkpoints: ReadonlyArray<Shown> = [
  [consuming, "writes offsets every checkpointEvery; those only passed over every skimEvery"]
]
const looks: ReadonlyArray<Shown> = [
  [consuming, "looks every lookEvery who sleeps with something unread, for wakeMax at most"]
]

/** Of consumers. */
export const consumers: Bounds<ConsumerLimits> = {
  batchMax: reading,
  waitingMax: reading,
  attemptsMax: failing,
  retryFirst: failing,
  retryMax: failing,
  within: [[consuming, "whose Command has no answer within, or none for now, sends it again"]],
  checkpointEvery: checkpoints,
  skimEvery: checkpoints,
  lookEvery: looks,
  wakeMax: looks,
  errorMax: failing
}

/** What is not to be set at all: part of how things are numbered. */
export const fixed: Bounds<{ readonly commandsMax: number }> = {
  commandsMax: [
    [
      "engine/test/consuming.many.test.ts",
      "has commandsMax Commands of one Event, each once; with more it is parked, says so, and none of them is had"
    ]
  ]
}

const limits = "gateway/test/limits.test.ts"
const lane = "gateway/test/lane.test.ts"
const feeds = "gateway/test/limits.feed.test.ts"
const websocket = "gateway/test/websocket.integration.test.ts"
const asked: ReadonlyArray<Shown> = [
  [limits, "that is moving is asked after retryFirst, twice that ..., never later than retryMax"]
]
const kept: ReadonlyArray<Shown> = [
  [feeds, "keeps recentEvents; who is further behind reads the log, a logPage at a time"]
]
const answered: ReadonlyArray<Shown> = [
  [limits, "has callWithin to answer, then it is asked again; in answerWithin, or Unavailable"]
]

/** Of the gateway. */
export const gateway: Bounds<GatewayLimits.GatewayLimits> = {
  connectionsMax: [[websocket, "lets in so many, and again when they have left"]],
  connectionsPerAddress: [
    [
      "gateway/test/bounds.test.ts",
      "lets so many in, of one address and at all, and as many again when they have left"
    ]
  ],
  frameBytesMax: [[websocket, "ends a connection whose message is too large"]],
  frames: [[websocket, "slows down who speaks too fast, and loses nothing"]],
  frameBytes: [[websocket, "counts a long message as several, one for each frameBytes"]],
  silenceMax: [[websocket, "ends a connection that is silent, or never logs in"]],
  loginWithin: [[websocket, "ends a connection that is silent, or never logs in"]],
  callsInHand: [[lane, "a connection has so many calls in hand"]],
  calls: [[lane, "a connection calls so often, and again after a while"]],
  loginsPerAccount: [[lane, "are limited for an account, whoever tries"]],
  loginsPerAddress: [[lane, "are limited for an address, whomever it tries"]],
  loginsPerAccountAndAddress: [
    ["gateway/test/logins.test.ts", "who guesses without end leaves the owner some attempts"]
  ],
  registrationsPerAddress: [
    [limits, "are made so many from one address (registrationsPerAddress), and again later"]
  ],
  countedMax: [[limits, "of so many addresses attempts are counted at once (countedMax)"]],
  sessionFor: [[limits, "a login ends after sessionFor: log in again"]],
  passwordMin: [[limits, "a password has passwordMin to passwordMax characters, and is told so"]],
  passwordMax: [[limits, "a password has passwordMin to passwordMax characters, and is told so"]],
  charactersPerAccount: [[limits, "have charactersPerAccount, and no later makes it more"]],
  entries: [[limits, "enter one character so often (entries), by whichever connection"]],
  commands: [
    [lane, "faster than allowed are Overloaded from the first that is too many"],
    ["gateway/test/limits.test.ts", "give commands to a character, however often it is entered"]
  ],
  intentsPerFrame: [[lane, "come bounded and clean to the world"]],
  intentsWaiting: [[lane, "so many of one session wait, and no more"]],
  commandDepthMax: [[limits, "what is sent as JSON is nested commandDepthMax deep"]],
  callWithin: answered,
  retryFirst: asked,
  retryMax: asked,
  answerWithin: answered,
  enterWithin: [[limits, "lets in within enterWithin, or Unavailable"]],
  travelWithin: [
    [limits, "takes travelWithin at most; then what waits is Unavailable, and sent again"]
  ],
  travelHops: [[limits, "leads through travelHops instances at most, then Unavailable"]],
  claimEvery: [[limits, "is told every claimEvery which sessions are held here"]],
  recentEvents: kept,
  feedSilence: [[feeds, "that is silent for feedSilence is not waited for: the log has it"]],
  feedLinger: [[feeds, "is kept for feedLinger when nobody listens, and no longer"]],
  logPage: kept,
  resumeMax: [["gateway/test/feed.test.ts", "too far behind: resync"]],
  clientBuffer: [
    [
      "gateway/test/feed.test.ts",
      "the end of one that is cut says so",
      "a client that does not take its Events is cut, typed, and resumes without a gap"
    ]
  ],
  frameEvents: [[feeds, "is told of frameEvents in one frame, of the rest in the next"]],
  tokenEvery: [
    ["gateway/test/feed.test.ts", "its token is renewed, so that a resume need not read far back"]
  ],
  tokenMax: [[feeds, "whose cursor's token is longer than tokenMax begins anew"]]
}

const http = "server/test/Http.bounds.test.ts"
const stops: ReadonlyArray<Shown> = [
  [http, "keeps a server that stops for grace and patience, and no longer"]
]
const heads: ReadonlyArray<Shown> = [
  [http, "has headersWithin for the head of a request, requestWithin for all of it"]
]

/** Of the server. */
export const server: Bounds<Http.Bounds> = {
  grace: stops,
  patience: stops,
  headersWithin: heads,
  requestWithin: heads,
  unreadMax: [[http, "that does not read is cut when more than unreadMax waits for it"]],
  connectionsBesides: [
    [http, "that comes when connectionsBesides are there is not taken, until one goes"]
  ]
}

const hashes: ReadonlyArray<Shown> = [
  ["server/test/Passwords.test.ts", "so many at once and so many waiting; the rest is told so"]
]

/** Of the hashing of passwords. */
export const passwords: Bounds<Omit<Passwords.PasswordLimits, "cost">> = {
  atOnce: hashes,
  waiting: hashes
}

const client = "client/test/bounds.test.ts"
const connected: ReadonlyArray<Shown> = [
  [client, "it connects again after retryFirst, twice that ..., at most retryMax"]
]

/** Of a client. */
export const clients: Bounds<Omit<Wr2Client.Options, "name">> = {
  patience: [
    [
      "client/test/Wr2Client.test.ts",
      "for too long: it gives up, typed, and the next goes on without it"
    ]
  ],
  callWithin: [[client, "a call waits callWithin for a connection, then it is Offline"]],
  buffer: [
    [client, "so much waits for who listens (buffer); then the feed waits, and nothing is lost"]
  ],
  retryFirst: connected,
  retryMax: connected
}
