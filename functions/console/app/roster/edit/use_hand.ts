// Cells moved by keys and pointers.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Stop } from "../grid_keys.ts";
import type { GridHand } from "../roster_grid.tsx";
import { type Place, swapCells, swapRest } from "./draft.ts";
import type { Editor } from "./use_editor.ts";

/** Keys and pointers: Enter opens a cell; X marks it and swaps it with the next one; Shift swaps the rest of the year. */
export function useHand(
  editor: Editor,
  { placeOf, onOpen }: { placeOf: (at: Stop) => Place | null; onOpen: (cell: Place) => void },
): GridHand {
  const marked = useSignal<Stop | null>(null);
  const { effects, lines } = editor;
  const lineOf = (id: string) => lines.value.find((line) => line.id === id);
  const swap = (to: Stop, rest: boolean) => {
    const from = marked.value && placeOf(marked.value), at = placeOf(to);
    marked.value = null;
    if (!from || !at || (from.line === at.line && (rest || from.term === at.term))) return;
    const [one, other] = [lineOf(from.line), lineOf(at.line)];
    if (!one || !other || one.is_locked || other.is_locked) return;
    const { terms } = effects.input;
    if (rest) {
      editor.step(
        swapRest(lines.value, terms, from.line, at.line, at.term),
        `${one.name} and ${other.name} swapped from term ${at.term} on`,
      );
    } else {
      editor.step(
        swapCells(lines.value, terms, from, at),
        `${one.name}, term ${from.term}, swapped with ${other.name}, term ${at.term}`,
      );
    }
  };
  return useMemo(() => ({
    marked,
    onKey(event: KeyboardEvent, at: Stop) {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const cell = placeOf(at);
      if (event.key === "Escape" && marked.value) {
        marked.value = null;
        return true;
      }
      if (!cell || lineOf(cell.line)?.is_locked) return false;
      if (event.key === "Enter" || event.key === "F2") {
        onOpen(cell);
        return true;
      }
      if (event.key.toLowerCase() !== "x") return false;
      if (marked.value) swap(at, event.shiftKey);
      else marked.value = at;
      return true;
    },
    onDrag: (from: Stop) => void (marked.value = from),
    onDrop: swap,
  }), [effects]);
}
