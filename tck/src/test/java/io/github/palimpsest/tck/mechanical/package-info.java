/** Correct plugins with one mechanical change each, and what the kit says of them. */
@org.jspecify.annotations.NullMarked
package io.github.palimpsest.tck.mechanical;
