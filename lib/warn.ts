// Warnings, each said once. Depends on nothing.
const said = new Set<string>();
// Texts hold shapes, of which a service may meet ever new ones.
const mostSaid = 1000;
let always = false;

/** Prints a warning, unless the same text was printed before. */
export function warn(text: string, type = 'UserWarning'): void {
  if (said.has(text) && !always) return;
  if (said.size === mostSaid) said.clear();
  said.add(text);
  process.emitWarning(text, type);
}

/**
 * Sets whether a warning is printed each time. By default it is printed once in a thread.
 * @source torch.set_warn_always
 * @example
 * setWarnAlways(true);
 * isWarnAlwaysEnabled(); // true
 * setWarnAlways(false);
 */
export function setWarnAlways(value: boolean): void {
  always = value;
}

/**
 * Whether a warning is printed each time.
 * @source torch.is_warn_always_enabled
 * @example isWarnAlwaysEnabled(); // false
 */
export function isWarnAlwaysEnabled(): boolean {
  return always;
}
