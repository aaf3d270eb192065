/**
 * Decorators that check the caller: the component does the work, the wrapper asserts that the
 * runner keeps the rules RUN-*, and prints the history of calls when it does not.
 *
 * <p>Start at {@link io.github.palimpsest.tck.asserting.AssertingRegularizer}. This package may use
 * the API and the rules.
 */
@NullMarked
package io.github.palimpsest.tck.asserting;

import org.jspecify.annotations.NullMarked;
