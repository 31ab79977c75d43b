// Who reads what a doctor wishes while the window is open.

/** In a sentence. @param early members whom a manager lets read wishes before the window closes: how many */
export function whoReads(early: number): string {
  if (early === 0) {
    return "Until the window closes nobody but you reads your wishes; managers see only whether you have begun and submitted, and how many lines you ranked.";
  }
  const members = early === 1 ? "one member" : `${early} members`;
  return `A manager lets ${members} of your medical workforce unit read the order of your lines before the window closes; the others see only whether you have begun and submitted, and how many lines you ranked.`;
}
