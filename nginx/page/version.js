/** Which state of an order a document shows: the store and its change number, as in an `ETag` and the id of an event. */
export class Version {
  constructor(store, change) {
    this.store = store;
    this.change = change;
  }

  /** Of `"store-17"`, `W/"store-17.scope"` or `store-17`; `null` of anything else. */
  static read(text) {
    const [, store, change] = /^(?:W\/)?"?(.*)-(\d+)(?:\.[^"]*)?"?$/.exec(text ?? "") ?? [];
    return store === undefined ? null : new Version(store, Number(change));
  }

  /** Whether this is news for who has seen `other`. Nothing can be said between stores: what came last counts. */
  isNewerThan(other) {
    return !other || other.store !== this.store || this.change > other.change;
  }
}
