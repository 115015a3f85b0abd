import { it } from "@effect/vitest"
import { given } from "@wr2/testkit/Spec"
import { bank, Nobody, Paid, Pay, Purse, TooPoor } from "./bank.ts"

const ann = Purse.row({ id: 1, owner: "ann", gold: 10 })
const bob = Purse.row({ id: 2, owner: "bob", gold: 0 })
const payBob = (gold: number) => ({ from: Purse.Id.make(1), to: Purse.Id.make(2), gold })

it("moves gold", () =>
  given(bank, ann, bob)
    .when(Pay.make(payBob(4)))
    .then(Paid.make(payBob(4)))
    .leaves(
      Purse.row({ id: 1, owner: "ann", gold: 6 }),
      Purse.row({ id: 2, owner: "bob", gold: 4 })
    ))
it("refuses", () =>
  given(bank, ann, bob)
    .when(Pay.make(payBob(11)))
    .fails(new TooPoor({ has: 10 })))
it("is asked for by text", () =>
  given(bank, ann, bob)
    .says(ann, "pay 4 to bob")
    .plans(Pay.make(payBob(4))))
it("knows whom it can pay", () =>
  given(bank, ann, bob)
    .says(ann, "pay 4 cid")
    .rejects(new Nobody({ name: "cid" })))
