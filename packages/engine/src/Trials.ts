/**
 * Who is tried at once in a process. An Action whose attempt is counted and that has not run yet
 * looks guilty when the process goes down, whichever of them did it. So one that looks guilty already
 * (a suspect: it was tried before) is tried while no other owner tries anything: what it is charged
 * with from then on it did itself.
 */
export class Trials {
  /** Under way, by owner: keys of Actions, and whether they are suspects. */
  private readonly underWay = new Map<object, Map<string, boolean>>()
  /** Owners that last asked for a suspect, which waits for the others to end: no other begins before. */
  private readonly waiting = new Set<object>()

  /** Whether an owner may begin with an Action. */
  mayBegin(owner: object, suspect: boolean): boolean {
    // What is under way may have to come after this one, in their actor's order: waiting for each
    // other, neither would end.
    if (this.underWay.has(owner)) return true
    if (suspect) return this.underWay.size === 0
    for (const other of this.waiting) if (other !== owner) return false
    return [...this.underWay.values()].every((trials) => [...trials.values()].every((s) => !s))
  }

  /** Begins the trial of an Action; false: not now. */
  begin(owner: object, key: string, suspect: boolean): boolean {
    this.waiting.delete(owner)
    if (!this.mayBegin(owner, suspect)) {
      if (suspect) this.waiting.add(owner)
      return false
    }
    const trials = this.underWay.get(owner)
    if (trials === undefined) this.underWay.set(owner, new Map([[key, suspect]]))
    else trials.set(key, suspect)
    return true
  }

  /** The Action has run, or will not run here. */
  end(owner: object, key: string): void {
    const trials = this.underWay.get(owner)
    if (trials?.delete(key) === true && trials.size === 0) this.underWay.delete(owner)
  }

  /** The owner is gone. */
  endAll(owner: object): void {
    this.underWay.delete(owner)
    this.waiting.delete(owner)
  }
}
