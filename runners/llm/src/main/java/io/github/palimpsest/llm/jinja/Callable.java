package io.github.palimpsest.llm.jinja;

/** A function, method or macro of a template. */
@FunctionalInterface
interface Callable {
  Object call(Arguments arguments);
}
