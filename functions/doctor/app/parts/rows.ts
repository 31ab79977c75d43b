// Rows of long lists, kept from one drawing to the next: a change touches the rows that it changes, a row that was drawn once
// is there at once when its list comes again, and those of a list that nobody sees yet are made when there is time.

/** How rows of a kind are made, and brought up to date. */
export interface RowKind<Shows extends object, Row extends { element: HTMLElement }> {
  /** A row as the first drawing has it: what it takes to find one's way. */
  make(key: string, shows: Shows): Row;
  /** Adds what a row has besides, once; those in sight have it at once. */
  complete?(row: Row, shows: Shows): void;
  /** Adds what a row has only where somebody may see it, or takes it away again. */
  sight?(row: Row, shows: Shows, inSight: boolean): void;
  /** Shows what has changed. @param whole whether the row is complete */
  update(row: Row, shows: Shows, before: Shows, whole: boolean): void;
  /** Whether a row can be brought up to date; else it is made anew. */
  fits?(shows: Shows, before: Shows): boolean;
}

/** The rows of a list, by their keys. */
export interface Rows<Shows extends object> {
  /** A row that shows this; the same element as before where there is one. */
  get(key: string, shows: Shows): HTMLElement;
  /** Whether a row has all that it can have. */
  isWhole(key: string): boolean;
  /** Gives a row all that it can have, wherever it is. */
  complete(key: string): void;
  /** A row came into sight, or went out of it. */
  sight(key: string, inSight: boolean): void;
  /** The list is gone: no row is in sight. */
  hide(): void;
  /** Whether it makes a difference to a row that it is in sight. */
  readonly differBySight: boolean;
}

/** Makes a store of rows. */
export function createRows<Shows extends object, Row extends { element: HTMLElement }>(
  kind: RowKind<Shows, Row>,
): Rows<Shows> {
  const all = new Map<string, { row: Row; shows: Shows; whole: boolean; inSight: boolean }>();
  return {
    differBySight: kind.sight !== undefined,
    get(key, shows) {
      const known = all.get(key);
      if (known && (kind.fits?.(shows, known.shows) ?? true)) {
        if (differ(shows, known.shows)) {
          kind.update(known.row, shows, known.shows, known.whole);
          known.shows = shows;
        }
        return known.row.element;
      }
      const row = kind.make(key, shows);
      all.set(key, { row, shows, whole: !kind.complete, inSight: false });
      return row.element;
    },
    isWhole: (key) => all.get(key)?.whole ?? false,
    complete(key) {
      const known = all.get(key);
      if (!known || known.whole) return;
      kind.complete!(known.row, known.shows);
      known.whole = true;
      if (known.inSight) kind.sight?.(known.row, known.shows, true);
    },
    sight(key, inSight) {
      const known = all.get(key);
      if (!known || known.inSight === inSight) return;
      known.inSight = inSight;
      if (known.whole) kind.sight?.(known.row, known.shows, inSight);
    },
    hide() {
      for (const key of all.keys()) this.sight(key, false);
    },
  };
}

/** Whether two things that are shown differ in any of their fields. */
function differ<Shows extends object>(a: Shows, b: Shows): boolean {
  for (const name in a) if (a[name] !== b[name]) return true;
  return false;
}

/** The part of an element that {@link place} uses. */
export interface Parent<Child> {
  readonly firstChild: Child | null;
  append(...children: Child[]): unknown;
  insertBefore(child: Child, before: Child | null): unknown;
}

/**
 * Gives a parent these children in this order, moving few of those that it has: an element that is moved loses the focus, and
 * costs. One that has gone elsewhere in the order is moved by itself, not all those that it passed.
 */
export function place<Child extends { nextSibling: unknown; remove(): void }>(
  parent: Parent<Child>,
  wanted: readonly Child[],
): void {
  let next: Child | null = parent.firstChild;
  if (!next) return void parent.append(...wanted);
  const stays = new Set(wanted);
  const skip = (child: Child | null): Child | null => {
    while (child && !stays.has(child)) {
      const after = child.nextSibling as Child | null;
      child.remove();
      child = after;
    }
    return child;
  };
  next = skip(next);
  for (const child of wanted) {
    if (child !== next && next && skip(next.nextSibling as Child | null) === child) {
      // What stood here has gone further down; it is put there when its turn comes.
      next.remove();
      next = child;
    }
    if (child === next) next = skip(next.nextSibling as Child | null);
    else parent.insertBefore(child, next);
  }
  skip(next);
}
