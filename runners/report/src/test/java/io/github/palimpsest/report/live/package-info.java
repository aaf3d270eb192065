/** Tests of the page of a running grid. */
@NullMarked
package io.github.palimpsest.report.live;

import org.jspecify.annotations.NullMarked;
