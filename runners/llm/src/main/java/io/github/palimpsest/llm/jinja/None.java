package io.github.palimpsest.llm.jinja;

/** The value {@code none}. */
enum None {
  NONE
}
