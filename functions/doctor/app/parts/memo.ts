// Components that are drawn anew only where a prop changed.

import { Component, type ComponentType, createElement, type FunctionComponent } from "preact";

/** A component whose props are compared one by one. @param made props that are made anew each time, and not compared */
export function memo<Props extends object>(
  draw: FunctionComponent<Props>,
  made: readonly (keyof Props)[] = [],
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof Props)[];
      return names.some((name) => !made.includes(name) && this.props[name] !== next[name]);
    }

    override render(props: Props) {
      return createElement(draw, props);
    }
  };
}
