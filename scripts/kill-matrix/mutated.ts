/** The process that is killed, with any of the mutants in it. */
import { mutants } from "../../test/mutants/index.ts"
import { serve } from "./Serving.ts"

await serve(mutants)
