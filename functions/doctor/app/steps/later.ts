// The steps that nobody begins with, and the page of departments: one script, loaded when the first step was drawn.

export { DepartmentPage } from "../department_page.tsx";
export { How } from "./how.tsx";
export { Lines } from "./lines.tsx";
export { Rank } from "./rank.tsx";
export { Result } from "./result.tsx";
export { Submit } from "./submit.tsx";
export { Together } from "./together.tsx";
export { Swap } from "./swap.tsx";
export { prepare } from "./prepare.ts";
