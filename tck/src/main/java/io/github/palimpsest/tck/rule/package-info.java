/** The rules of the kit: one constant a rule, with its sentence in the specification. */
@NullMarked
package io.github.palimpsest.tck.rule;

import org.jspecify.annotations.NullMarked;
