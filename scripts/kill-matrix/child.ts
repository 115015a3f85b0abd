/**
 * The process that is killed: a whole world in one, as `wr2 serve` runs it, but for the cluster, with
 * failpoints in all its seams. It waits for its parent to say where to begin.
 */
import { serve } from "./Serving.ts"

void serve([])
