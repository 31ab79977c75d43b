// What lists are filtered by: a search, and choices. Their labels are for screen readers; their first option says "all".

import type { Option } from "./field.tsx";

/** A search field. */
export function Search({ label, value, onInput }: {
  /** What is searched, e.g. "Search lines, positions". */
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  return (
    <input
      class="input search"
      type="search"
      aria-label={label}
      placeholder={`${label}…`}
      value={value}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  );
}

/** A choice among options: values with their texts, or texts that are values themselves. */
export function Choice({ label, value, options, onChoose }: {
  label: string;
  value: string;
  options: (string | Option)[];
  onChoose: (value: string) => void;
}) {
  return (
    <select
      class="select"
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {options.map((option) => {
        const [key, text] = typeof option === "string" ? [option, option] : option;
        return <option key={key} value={key}>{text}</option>;
      })}
    </select>
  );
}
