// What somebody is told who is invited to a service: no e-mail goes out by itself, a manager sends it.

/** @param console where the console is, without its hash */
export function invitationText(
  org: string,
  email: string,
  console: string,
): { subject: string; body: string } {
  return {
    subject: `${org}: you are invited to plan the working year`,
    body: `Hello,

you are invited to ${org} on Receptor, where the working year of junior doctors is planned.

Sign in with this address, ${email}, or make an account with it:
${console}

You belong to ${org} as soon as the address is confirmed.
`,
  };
}
