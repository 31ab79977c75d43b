// The mark, as in icon.svg.

/** The mark alone; decorative. */
export function Brand() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b6e75" />
      <g fill="none" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">
        <path d="M8 22V10h6a4 4 0 0 1 0 8H8m6 0 5 4" stroke="#fff" />
        <path d="M21 10h4M21 15h4M23 20h2" stroke="#9fe0dd" />
      </g>
    </svg>
  );
}
