/**
 * The checks behind the rules: one method for each rule that can be tested.
 *
 * <p>Internal to the kit, though public for its packages: it may change in any release. Start at
 * {@link io.github.palimpsest.tck.checks.Checks}. This package may use the API, the engine, the
 * rigs and ASM, and no JUnit.
 */
@NullMarked
package io.github.palimpsest.tck.checks;

import org.jspecify.annotations.NullMarked;
