// A card with a form of its own, as most parts of Set up are.

import type { ComponentChildren } from "preact";
import { Form } from "../ui/form.tsx";

/**
 * @param id of the heading, unique on the page
 * @param beside what stands in the head below or beside the title
 * @param onSubmit the browser's own sending is held back
 */
export function FormCard({ id, title, beside, onSubmit, children }: {
  id: string;
  title: string;
  beside?: ComponentChildren;
  onSubmit: () => Promise<void>;
  children: ComponentChildren;
}) {
  return (
    <section class="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {beside}
      </header>
      <Form
        class="body stack"
        onSend={() => onSubmit()}
      >
        {children}
      </Form>
    </section>
  );
}
