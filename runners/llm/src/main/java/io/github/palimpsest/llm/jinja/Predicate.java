package io.github.palimpsest.llm.jinja;

/** A test: a property of the value before {@code is}. */
@FunctionalInterface
interface Predicate {
  boolean test(Object value, Arguments arguments);
}
