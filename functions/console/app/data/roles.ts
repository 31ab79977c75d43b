// What members of a service may do, in a sentence.

/** @param role as the database names it */
export function roleWords(role: string): string {
  switch (role) {
    case "manager":
      return "As a manager you plan, match and release, and invite others.";
    case "viewer":
      return "As a viewer you read what is planned and who gets what; only managers change it.";
    case "doctor":
      return "As a doctor you rank the lines on the doctors' page, and see there what you got.";
    default:
      return `Your role is ${role}.`;
  }
}
