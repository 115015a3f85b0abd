/** The proof that rows change only by Events: the engine's own fold, at hand for tests. */
export * from "@wr2/engine/Fold"
