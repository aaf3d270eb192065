/**
 * Decorators that check the caller: the component does the work, and the wrapper asserts that the
 * runner keeps the rules RUN-*. If it does not, the wrapper prints the history of calls.
 *
 * <p>Start at {@link io.github.palimpsest.tck.asserting.AssertingRegularizer}. This package may use
 * the API and the rules.
 */
@NullMarked
package io.github.palimpsest.tck.asserting;

import org.jspecify.annotations.NullMarked;
