// Long lists are made ready while the doctor looks at something else, so that they are there when they come.

import { inPieces } from "../idle.ts";
import { cardsOf } from "../parts/line_card.tsx";
import { dialogShell } from "../parts/open_dialog.ts";
import { rankItems } from "../parts/rank_list.tsx";
import type { Work } from "../work.ts";
import { cardItems, firstCards } from "./lines.tsx";
import { rankProps, rankRowsOf } from "./rank.tsx";

/** Makes the rows of the lists of a window, when the browser has time. @returns what stops it */
export function prepare(work: Work): () => void {
  const cards = cardsOf(work), ranks = rankRowsOf(work);
  const all = function* () {
    const items = cardItems(work), first = firstCards(items);
    yield;
    for (const [index, [id, shows]] of items.entries()) {
      cards.get(id, shows);
      cards.complete(id);
      if (index < first) cards.sight(id, true);
      yield;
    }
    for (const [id, shows] of rankItems(rankProps(work)).flat()) {
      ranks.get(id, shows);
      yield;
    }
    dialogShell();
  }();
  return inPieces(() => !all.next().done);
}
