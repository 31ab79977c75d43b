// Reading settings from the environment, with an error that names what is missing.

/**
 * A setting that the project cannot work without.
 * @param name name of the environment variable
 * @param read the environment; a test's own, so that tests need not change the process's
 * @throws Error when it is unset or empty
 */
export function requireEnv(
  name: string,
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): string {
  const value = read(name);
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
