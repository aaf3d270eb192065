/** Tests of what is to be looked at, in a real browser where there is one. */
@NullMarked
package io.github.palimpsest.report;

import org.jspecify.annotations.NullMarked;
