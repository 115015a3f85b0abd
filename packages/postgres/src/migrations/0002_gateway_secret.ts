/**
 * The secret of the world's gateways, made by the first of them. Not made from what reaches the
 * database: a password that many know (of a compose file, of a developer's machine) would let anybody
 * seal a cursor, and hear what is said to others.
 */
export const sql = `
CREATE TABLE wr2.gateway_secret (
  one    boolean PRIMARY KEY DEFAULT true CHECK (one),
  secret text NOT NULL
);
`

/** Names that no Aggregate may have for its table. */
export const tables: ReadonlyArray<string> = ["gateway_secret"]
