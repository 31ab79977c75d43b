// What lists are filtered by: a search, and choices. Their labels are for screen readers; their first option says "all".
// On paper, where only what fits is printed, each that leaves something out says so in words.

import type { Option } from "./field.tsx";

/** A search field. */
export function Search({ label, value, onInput }: {
  /** What is searched, e.g. "Search lines, positions". */
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  return (
    <>
      <input
        class="input search"
        type="search"
        aria-label={label}
        placeholder={`${label}…`}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {value.trim() !== "" && <OnPaper label="Search" value={value} />}
    </>
  );
}

/** What a filter leaves, in words; on the screen the filter itself says it. */
export function OnPaper({ label, value }: { label: string; value: string }) {
  return <span class="on-paper" aria-hidden="true">{label}: {value}</span>;
}

/** A choice among options: values with their texts, or texts that are values themselves. */
export function Choice({ label, value, options, onChoose }: {
  label: string;
  value: string;
  options: (string | Option)[];
  onChoose: (value: string) => void;
}) {
  const pairs = options.map((option): Option =>
    typeof option === "string" ? [option, option] : option
  );
  const isFilter = pairs[0]?.[0] === "";
  const chosen = isFilter && value !== "" ? pairs.find(([key]) => key === value)?.[1] : undefined;
  return (
    <>
      <select
        class="select"
        aria-label={label}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {pairs.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
      {chosen !== undefined && <OnPaper label={label} value={chosen} />}
    </>
  );
}
