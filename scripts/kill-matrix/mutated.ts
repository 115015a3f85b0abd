/** The process that is killed, with any of the mutants in it. */
import { breaks } from "../../test/mutants/kills.ts"
import { serve } from "./Serving.ts"

void serve(breaks)
