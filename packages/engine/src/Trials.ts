/**
 * Who is tried at once in a process, and who is charged when it goes down (docs/protocols.md 4).
 *
 * An Action whose attempt is counted and that has not run yet looks guilty when the process goes down,
 * whichever of them did it. So one that looks guilty already (a suspect: it was tried before) is tried
 * while no other owner tries anything: what it is charged with from then on it did itself. And where
 * its instance was activated again and the process lives, nobody was killed: its attempt goes on.
 */

/** An instance as it is held here, from an activation to the next. */
export interface Owner {
  readonly instance: number
}

/** So often may an attempt go on: what costs its owner the connection each time is poison, too. */
const goesOnMax = 10

export class Trials {
  /** Under way, by owner: keys of Actions, and whether they are suspects. */
  private readonly underWay = new Map<Owner, Map<string, boolean>>()
  /** Owners that last asked for a suspect, which waits for the others to end: no other begins before. */
  private readonly waiting = new Set<Owner>()
  /** By instance and key of an Action: how often its attempt went on in this process. */
  private readonly charged = new Map<number, Map<string, number>>()

  /** Whether an owner may begin with an Action. */
  mayBegin(owner: Owner, suspect: boolean): boolean {
    // What is under way may have to come after this one, in their actor's order: waiting for each
    // other, neither would end.
    if (this.underWay.has(owner)) return true
    if (suspect) return this.underWay.size === 0
    for (const other of this.waiting) if (other !== owner) return false
    return [...this.underWay.values()].every((trials) => [...trials.values()].every((s) => !s))
  }

  /** Begins the trial of an Action; false: not now. */
  begin(owner: Owner, key: string, suspect: boolean): boolean {
    this.waiting.delete(owner)
    if (!this.mayBegin(owner, suspect)) {
      if (suspect) this.waiting.add(owner)
      return false
    }
    put(this.underWay, owner, key, suspect)
    return true
  }

  /** Whether an attempt of it was counted in this process and goes on; if not, this one is counted. */
  goesOn({ instance }: Owner, key: string): boolean {
    const times = this.charged.get(instance)?.get(key)
    const again = times !== undefined && times < goesOnMax
    put(this.charged, instance, key, again ? times + 1 : 0)
    return again
  }

  /** The Action has run, or will not run here. */
  end(owner: Owner, key: string): void {
    drop(this.underWay, owner, key)
    drop(this.charged, owner.instance, key)
  }

  /** The owner is gone. `again`: another one of this process is to follow, with what it leaves. */
  endAll(owner: Owner, again: boolean): void {
    this.underWay.delete(owner)
    this.waiting.delete(owner)
    if (!again) this.charged.delete(owner.instance)
  }
}

const put = <K, V>(maps: Map<K, Map<string, V>>, at: K, key: string, value: V): void => {
  const map = maps.get(at)
  if (map === undefined) maps.set(at, new Map([[key, value]]))
  else map.set(key, value)
}

const drop = <K, V>(maps: Map<K, Map<string, V>>, at: K, key: string): void => {
  const map = maps.get(at)
  if (map?.delete(key) === true && map.size === 0) maps.delete(at)
}
