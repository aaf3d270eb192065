package io.github.palimpsest.llm.jinja;

/** A filter: a function of the value before {@code |}. */
@FunctionalInterface
interface Filter {
  Object apply(Frame frame, Object value, Arguments arguments);
}
